import { isObject } from '../../recordings/json/json-value.js';
import type { Exchange, JsonValue } from '../../vocabulary/recording.js';
import type { RequestPlace } from '../differences/request-places.js';

/** Values in the responses of a cassette, with the position of the first response that has each. */
export type ResponseValues = ReadonlyMap<string, number>;

/** Values beyond this number are not collected. */
const MAXIMUM_VALUES = 100_000;
const DEPTH = 64;

/** Fields of a message that say what kind of part it is. */
const KINDS: ReadonlySet<string> = new Set(['type', 'role', 'status', 'object']);

/** Collects the values of the responses of a cassette, which later requests of a conversation repeat. */
export function valuesInResponses(exchanges: readonly Exchange[]): ResponseValues {
  const values = new Map<string, number>();
  for (const { answer, position } of exchanges) {
    for (const leaf of leaves(answer.body)) {
      if (values.size >= MAXIMUM_VALUES) return values;
      if (!values.has(leaf)) values.set(leaf, position);
    }
  }
  return values;
}

/**
 * Whether a difference of two requests only repeats earlier responses of their cassettes, as the history of a
 * conversation does. The difference of those responses is reported where they are.
 */
export function isEcho(
  place: RequestPlace,
  before: { values: ResponseValues; exchange: Exchange },
  after: { values: ResponseValues; exchange: Exchange },
): boolean {
  const repeats = (value: JsonValue | undefined, { values, exchange }: typeof before) =>
    value === undefined ||
    leaves(value).every((leaf) => (values.get(leaf) ?? Number.POSITIVE_INFINITY) < exchange.position);
  return repeats(place.before, before) && repeats(place.after, after);
}

/** The texts, numbers and flags in a value; of text that is JSON, those inside of it. */
function leaves(value: JsonValue, depth = 0): string[] {
  if (value === null || value === '' || depth > DEPTH) return [];
  if (Array.isArray(value)) return value.flatMap((element) => leaves(element, depth + 1));
  if (isObject(value)) {
    return Object.entries(value).flatMap(([key, inner]) => (KINDS.has(key) ? [] : leaves(inner, depth + 1)));
  }
  if (typeof value !== 'string') return [JSON.stringify(value)];
  const parsed = /^\s*[[{]/.test(value) ? parse(value) : null;
  return parsed === null ? [JSON.stringify(value.trim())] : leaves(parsed, depth + 1);
}

function parse(text: string): JsonValue | null {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return null;
  }
}
