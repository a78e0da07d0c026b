import { isObject } from '../../recordings/json/json-value.js';
import type { JsonValue } from '../../vocabulary/recording.js';
import { maskGenerated } from './generated-values.js';
import { canonicalText } from './match-lists.js';
import { field, kindOf, type Place, walkValues } from './walk-values.js';

/** One place at which two requests differ; `path` and `shape` without `body.`. */
export interface RequestPlace {
  path: string;
  shape: string;
  /** What differs: a value, or something generated for every recording that says nothing about its cause. */
  kind: 'value' | 'order' | 'id' | 'id of a tool call' | 'score' | 'time' | 'host' | 'generated text';
  before: JsonValue | undefined;
  after: JsonValue | undefined;
}

// Fields by which elements of a request are no others.
const GENERATED: ReadonlySet<string> = new Set(['id', 'call_id', 'tool_call_id', 'item_id']);

/** The places at which two compared requests differ, in recorded order. */
export function findRequestPlaces(before: JsonValue, after: JsonValue): RequestPlace[] {
  const places: RequestPlace[] = [];
  const displayed = ({ path, shape }: Place) => {
    const [shown, general] = [path, shape].map((text) => text.replace(/^body\.(?=.)/, ''));
    return { path: shown ?? '', shape: general ?? '' };
  };
  walkValues(before, after, {
    differ(place, a, b) {
      const { path, shape } = displayed(place);
      places.push({ path, shape, kind: kindOfPlace(shape, a, b), before: a, after: b });
    },
    reorder(place) {
      places.push({ ...displayed(place), kind: 'order', before: undefined, after: undefined });
    },
    keysOf: (element) => {
      const name = field(field(element, 'function'), 'name') ?? field(element, 'name');
      return [
        canonicalText(element, GENERATED),
        ...(typeof name === 'string' ? [`name ${name}`] : []),
        kindOf(element),
      ];
    },
  });
  return places;
}

function kindOfPlace(
  shape: string,
  a: JsonValue | undefined,
  b: JsonValue | undefined,
): RequestPlace['kind'] {
  const name = /[^.[\]]*(?=(?:\[\])?$)/.exec(shape)?.[0] ?? '';
  const areTexts = typeof a === 'string' && typeof b === 'string';
  const areNumbers = typeof a === 'number' && typeof b === 'number';
  const isOfCall = /^(?:tool_)?call_id$|^tool_use_id$/.test(name) || /tool_calls\[\]\.id$/.test(shape);
  if (areTexts && isOfCall) return 'id of a tool call';
  if (areTexts && (/(?:^|_)ids?$|Ids?$/.test(name) || isGenerated(a, b))) return 'id';
  if (areNumbers && /score|similarity|distance|logprob/i.test(name)) return 'score';
  if (/(?:^|_)(?:created|timestamp|date|time)$|_at$/.test(name) && isTime(a) && isTime(b)) return 'time';
  if (!areTexts || maskGenerated(a) !== maskGenerated(b)) return 'value';
  return /^(?:url|base_url)$/.test(name) ? 'host' : 'generated text';
}

function isGenerated(a: string, b: string): boolean {
  return [a, b].every((text) => maskGenerated(text) === '…');
}

function isTime(value: JsonValue | undefined): boolean {
  if (typeof value === 'number') return value >= 1e9;
  return typeof value === 'string' && /^\d{4}-\d\d-\d\d/.test(value);
}

/** The element of a list at the beginning of a path, such as the message of `messages[2].content[0].text`. */
export function elementAt(contents: JsonValue, path: string): JsonValue | undefined {
  const [, list = '', index = ''] = /^(\w+)\[(\d+)\]/.exec(path) ?? [];
  const elements = isObject(contents)
    ? (field(field(contents, 'body'), list) ?? field(contents, list))
    : undefined;
  return Array.isArray(elements) ? elements[Number(index)] : undefined;
}
