import { kindOfName } from '../rules/named-values.js';
import { jsonStrings } from './json-strings.js';
import type { Leaf } from './walk-texts.js';

/**
 * Yields every string of a JSON text with duplicate fields: a parser keeps only the last value of
 * each.
 */
export function* repeatedFields(text: string): Generator<Leaf> {
  for (const { steps, isKey, text: value } of jsonStrings(text)) {
    const names = isKey ? [] : steps.filter((step) => typeof step === 'string');
    const name = names.at(-1);
    const named = name === undefined ? null : kindOfName(name);
    yield { text: value, named, steps, isKey, isBytes: false };
  }
}
