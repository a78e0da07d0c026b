import { createHash } from 'node:crypto';
import type { Exchange, JsonValue } from '../../vocabulary/recording.js';
import {
  type Contents,
  describeCause,
  describeDetail,
  describeTestIds,
  summariseTools,
} from './describe-request.js';
import type { RequestChange } from './drift.js';
import { fromTo } from './format-values.js';
import { maskGenerated } from './generated-values.js';
import { findRequestPlaces, type RequestPlace } from './request-places.js';
import { field, sameValue } from './walk-values.js';

// Differences beyond this number are only counted.
const MAXIMUM_PLACES = 12;

/**
 * Fields of a recorded request that are not compared as its content. The test id is compared
 * separately; `model` and `endpoint` are excluded when they repeat body and url.
 */
const EXCLUDED_FIELDS = new Set(['test_id', 'headers', 'provider_metadata']);

/**
 * The compared content of a request: its fields, without metadata and repetitions, in recorded
 * order.
 */
export function requestContent(exchange: Exchange): { [key: string]: JsonValue } {
  const { request } = exchange;
  const included = Object.entries(request).filter(([key]) => !EXCLUDED_FIELDS.has(key));
  const body = field(request, 'body');
  const isRepeated = (key: string) =>
    (key === 'model' && sameValue(field(body, 'model'), request['model'])) ||
    (key === 'endpoint' &&
      typeof request['url'] === 'string' &&
      request['url'].includes(String(request['endpoint'])));
  return Object.fromEntries(included.filter(([key]) => !isRepeated(key)));
}

/**
 * Describes how two requests differ in content and test id; null when they do not. Ids, scores, hosts and times
 * are only mentioned when nothing else differs.
 * @param contents the compared contents, when the repository's settings ignore some fields
 * @param isEcho whether a place only repeats a response that the test got before, so that it is not mentioned
 */
export function requestDifference(
  before: Exchange,
  after: Exchange,
  contents: Contents = contentsOf(before, after),
  isEcho: (place: RequestPlace) => boolean = () => false,
): RequestChange | null {
  const places = findRequestPlaces(contents.before, contents.after).filter((place) => !isEcho(place));
  const isOtherTest = before.testId !== after.testId && !isRenamedModel(before, after);
  if (places.length === 0 && !isOtherTest) return null;
  const values = places.filter(({ kind }) => kind === 'value' || kind === 'order');
  const shown = values.length > 0 || isOtherTest ? values : places;
  const causes = shown.map((place) => ({ place, words: describeCause(place, contents) }));
  const test = isOtherTest ? [describeTestIds(before.testId, after.testId)] : [];
  const words = [...new Set([...test, ...summariseTools(causes.map((cause) => cause.words))])];
  const keys = causes.map((cause) => `${cause.words} ${keyOf(cause.place)}`);
  const shapes = shown.map(({ shape, before: a, after: b }) => `${shape} ${verb(a, b)}`);
  return {
    key: createHash('sha256')
      .update([...test, ...new Set(keys)].join('\n'))
      .digest('hex')
      .slice(0, 32),
    shape: [...new Set([...(isOtherTest ? ['test id'] : []), ...shapes])].slice(0, MAXIMUM_PLACES).join(', '),
    words: limited(words),
  };
}

/** Describes how two requests differ with all positions and values. */
export function requestDetails(before: Exchange, after: Exchange): string[] {
  const contents = contentsOf(before, after);
  const words = findRequestPlaces(contents.before, contents.after).map(describeDetail);
  if (before.testId !== after.testId)
    words.unshift(`test id ${fromTo(before.testId ?? 'none', after.testId ?? 'none')}`);
  return limited(words);
}

/** Whether the test ids differ only by the name of the model that they contain. */
function isRenamedModel(before: Exchange, after: Exchange): boolean {
  const [from, to] = [before.model, after.model];
  if (!from || !to || from === to || !before.testId) return false;
  return before.testId.replaceAll(from, () => to) === after.testId;
}

function contentsOf(before: Exchange, after: Exchange): Contents {
  return { before: requestContent(before), after: requestContent(after) };
}

function limited(words: string[]): string[] {
  if (words.length <= MAXIMUM_PLACES) return words;
  return [...words.slice(0, MAXIMUM_PLACES), `${words.length - MAXIMUM_PLACES} more differences`];
}

/** The values of a place without what is generated for every recording. */
function keyOf({ kind, shape, before, after }: RequestPlace): string {
  if (kind !== 'value') return shape;
  const masked = (value: JsonValue | undefined) =>
    maskGenerated(typeof value === 'string' ? value : JSON.stringify(value ?? null));
  return `${shape} ${masked(before)} ${masked(after)}`;
}

function verb(a: JsonValue | undefined, b: JsonValue | undefined): string {
  if (a === undefined && b !== undefined) return 'added';
  return a !== undefined && b === undefined ? 'removed' : 'changed';
}
