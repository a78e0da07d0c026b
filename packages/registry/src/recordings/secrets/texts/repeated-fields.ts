import { kindOfName } from '../rules/named-values.js';
import { jsonStrings } from './json-strings.js';
import type { Leaf } from './walk-texts.js';

/** Every string of a JSON text in which fields are repeated: a parser keeps only the last of them. */
export function* repeatedFields(text: string): Generator<Leaf> {
  for (const { steps, isKey, text: value } of jsonStrings(text)) {
    const names = isKey ? [] : steps.filter((step) => typeof step === 'string');
    const name = names.at(-1);
    yield { text: value, named: name === undefined ? null : kindOfName(name), steps, isKey };
  }
}
