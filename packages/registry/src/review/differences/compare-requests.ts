import { createHash } from 'node:crypto';
import { isObject } from '../../recordings/json/json-value.js';
import type { Exchange, JsonValue } from '../../vocabulary/recording.js';
import { code } from '../../vocabulary/words.js';
import { compareTexts, percent } from './compare-texts.js';
import type { RequestChange } from './drift.js';
import { brief, fromTo } from './format-values.js';
import { field, type Place, sameValue, walkValues } from './walk-values.js';

// A request that differs in more places than this is another request; the rest is counted.
const MOST_PLACES = 12;

/**
 * Fields of a recorded request that are no part of the question: the test id is told apart; `model` and `endpoint`
 * repeat what body and url say.
 */
const NOT_ASKED = new Set(['test_id', 'headers', 'provider_metadata']);

/** What the request asks: the body's fields, and what is around them. The order of keys is that of the recording. */
export function requestContent(exchange: Exchange): { [key: string]: JsonValue } {
  const { request } = exchange;
  const asked = Object.entries(request).filter(([key]) => !NOT_ASKED.has(key));
  const body = field(request, 'body');
  const repeated = (key: string) =>
    (key === 'model' && sameValue(field(body, 'model'), request['model'])) ||
    (key === 'endpoint' &&
      typeof request['url'] === 'string' &&
      request['url'].includes(String(request['endpoint'])));
  return Object.fromEntries(asked.filter(([key]) => !repeated(key)));
}

/**
 * How the question and the asking test differ; null when both are the same.
 * @param asked the questions, where the repository's settings leave something out of them
 */
export function requestDifference(
  before: Exchange,
  after: Exchange,
  asked: { before: JsonValue; after: JsonValue } = {
    before: requestContent(before),
    after: requestContent(after),
  },
): RequestChange | null {
  const places: { key: string; shape: string; words: string }[] = [];
  if (before.testId !== after.testId) {
    const words =
      before.testId === null
        ? 'test id added'
        : after.testId === null
          ? 'test id gone'
          : `test id ${fromTo(before.testId, after.testId)}`;
    // Every test has its own id, so recordings that gained one changed in the same way.
    places.push({ key: before.testId && after.testId ? words : words.slice(0, 12), shape: 'test id', words });
  }
  walkValues(asked.before, asked.after, {
    differ(place, a, b) {
      const words = describe(shown(place), a, b);
      const key = `${place.path} ${JSON.stringify([a ?? null, b ?? null])}`;
      places.push({ key, shape: `${shown({ path: place.shape, shape: '' })} ${verb(a, b)}`, words });
    },
  });
  if (places.length === 0) return null;
  const words = places.slice(0, MOST_PLACES).map((place) => place.words);
  if (places.length > MOST_PLACES) words.push(`${places.length - MOST_PLACES} more differences`);
  return {
    key: createHash('sha256')
      .update(places.map((place) => place.key).join('\n'))
      .digest('hex')
      .slice(0, 32),
    shape: [...new Set(places.map((place) => place.shape))].slice(0, MOST_PLACES).join(', '),
    words,
  };
}

function verb(a: JsonValue | undefined, b: JsonValue | undefined): string {
  return a === undefined ? 'added' : b === undefined ? 'gone' : 'changed';
}

/** The path as its user writes it: fields of the body without `body.`. */
function shown(place: Place): string {
  return place.path.replace(/^body\.(?=.)/, '');
}

function describe(path: string, a: JsonValue | undefined, b: JsonValue | undefined): string {
  const name = code(path);
  if (a === undefined)
    return isObject(b) || Array.isArray(b) || path.endsWith(']')
      ? `${name} added: ${code(brief(b))}`
      : `${name} added: ${short(b)}`;
  if (b === undefined) return `${name} gone (was ${short(a)})`;
  if (typeof a === 'string' && typeof b === 'string' && Math.max(a.length, b.length) > 80) {
    return `${name} reworded (${percent(compareTexts(path, a, b).likeness)}% alike): ${fromTo(a, b)}`;
  }
  return `${name} ${fromTo(a, b)}`;
}

function short(value: JsonValue | undefined): string {
  return code(brief(value));
}
