import { isObject } from '../../recordings/json/json-value.js';
import { parseJson } from '../../recordings/json/parse-json.js';
import type { JsonValue } from '../../vocabulary/recording.js';

const STRING = /"(?:[^"\\]|\\.)*"/gs;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g;

/**
 * Names in what two JSON texts of equal values differ: "order of keys", "form of numbers" (`1` and `1.0`), "null
 * fields", "form of texts" (`é` and `\u00e9`), "white space". Empty when a text is no JSON, or none applies.
 */
export function describeJsonForm(before: string, after: string): string[] {
  const [a, b] = [parseJson(before), parseJson(after)];
  if ('problem' in a || 'problem' in b) return [];
  const found: string[] = [];
  const differs = (form: (text: string) => string) => form(before) !== form(after);
  if (JSON.stringify(withoutNulls(a.value)) !== JSON.stringify(withoutNulls(b.value)))
    found.push('order of keys');
  if (differs((text) => sorted(text.replaceAll(STRING, '').match(NUMBER)))) found.push('form of numbers');
  // A null field adds a key and white space, so the other forms cannot be compared.
  if (differs((text) => sorted(text.replaceAll(STRING, '').match(/null/g)))) found.push('null fields');
  else {
    if (differs((text) => sorted(text.match(STRING)))) found.push('form of texts');
    if (differs((text) => text.replaceAll(STRING, '').replaceAll(/[^\s,:]+/g, ''))) found.push('white space');
  }
  return found;
}

function sorted(tokens: string[] | null): string {
  return (tokens ?? []).sort().join('\n');
}

function withoutNulls(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutNulls(inner)]));
}
