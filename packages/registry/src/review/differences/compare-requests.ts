import { createHash } from 'node:crypto';
import { isObject } from '../../recordings/json/json-value.js';
import type { Exchange, JsonValue } from '../../vocabulary/recording.js';
import { code } from '../../vocabulary/words.js';
import { compareTexts, percent } from './compare-texts.js';
import type { RequestChange } from './drift.js';
import { brief, fromTo } from './format-values.js';
import { field, type Place, sameValue, walkValues } from './walk-values.js';

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
 * Describes how two requests differ in content and test id; null when they do not.
 * @param contents the compared contents, when the repository's settings ignore some fields
 */
export function requestDifference(
  before: Exchange,
  after: Exchange,
  contents: { before: JsonValue; after: JsonValue } = {
    before: requestContent(before),
    after: requestContent(after),
  },
): RequestChange | null {
  const places: { key: string; shape: string; words: string }[] = [];
  if (before.testId !== after.testId && !isRenamedModel(before, after)) {
    const words =
      before.testId === null
        ? 'test id added'
        : after.testId === null
          ? 'test id removed'
          : `test id ${fromTo(before.testId, after.testId)}`;
    places.push({ key: words, shape: 'test id', words });
  }
  walkValues(contents.before, contents.after, {
    differ(place, a, b) {
      const words = describe(displayPath(place), a, b);
      const key = `${place.path} ${JSON.stringify([a ?? null, b ?? null])}`;
      places.push({ key, shape: `${displayPath({ path: place.shape, shape: '' })} ${verb(a, b)}`, words });
    },
  });
  if (places.length === 0) return null;
  const words = places.slice(0, MAXIMUM_PLACES).map((place) => place.words);
  if (places.length > MAXIMUM_PLACES) words.push(`${places.length - MAXIMUM_PLACES} more differences`);
  return {
    key: createHash('sha256')
      .update(places.map((place) => place.key).join('\n'))
      .digest('hex')
      .slice(0, 32),
    shape: [...new Set(places.map((place) => place.shape))].slice(0, MAXIMUM_PLACES).join(', '),
    words,
  };
}

/** Whether the test ids differ only by the name of the model that they contain. */
function isRenamedModel(before: Exchange, after: Exchange): boolean {
  const [from, to] = [before.model, after.model];
  if (!from || !to || from === to || !before.testId) return false;
  return before.testId.replaceAll(from, () => to) === after.testId;
}

function verb(a: JsonValue | undefined, b: JsonValue | undefined): string {
  return a === undefined ? 'added' : b === undefined ? 'removed' : 'changed';
}

/** The displayed path: fields of the body without `body.`. */
function displayPath(place: Place): string {
  return place.path.replace(/^body\.(?=.)/, '');
}

function describe(path: string, a: JsonValue | undefined, b: JsonValue | undefined): string {
  const name = code(path);
  if (a === undefined)
    return isObject(b) || Array.isArray(b) || path.endsWith(']')
      ? `${name} added: ${code(brief(b))}`
      : `${name} added: ${short(b)}`;
  if (b === undefined) return `${name} removed (was ${short(a)})`;
  if (typeof a === 'string' && typeof b === 'string' && Math.max(a.length, b.length) > 80) {
    return `${name} reworded (${percent(compareTexts(path, a, b).likeness)}% similar): ${fromTo(a, b)}`;
  }
  return `${name} ${fromTo(a, b)}`;
}

function short(value: JsonValue | undefined): string {
  return code(brief(value));
}
