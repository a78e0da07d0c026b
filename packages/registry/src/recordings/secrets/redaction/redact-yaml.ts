import { isDeepStrictEqual } from 'node:util';
import type { JsonValue } from '../../../vocabulary/recording.js';
import { parseYaml } from '../../documents/parse-yaml.js';
import { isObject, setField } from '../../json/json-value.js';
import type { LocatedSecret } from '../found-secrets.js';
import { makePlaceholder, type ReplacedText } from './replaced.js';

/**
 * Replaces secrets in a YAML text, each wherever it is written in the file: in plain and quoted scalars, blocks
 * and comments. A secret is skipped when the text writes it in another way (escapes, folded lines), and when
 * the result does not parse as the original with only the secret replaced.
 */
export function redactYaml(
  { text, value }: { text: string; value: JsonValue },
  located: LocatedSecret[],
  repositoryId: number,
): ReplacedText {
  let current = { text, value };
  const replacements: ReplacedText['replacements'] = [];
  const done = new Set<string>();
  for (const { kind, secret, place, pieces, isEncoded } of located) {
    if (pieces.length !== 1 || isEncoded || secret === '') continue;
    const placeholder = makePlaceholder(kind, secret, repositoryId);
    if (!done.has(secret)) {
      const replaced = replaceEverywhere(current, secret, placeholder);
      if (replaced === null) continue;
      current = replaced;
      done.add(secret);
    }
    replacements.push({ kind, place, placeholder });
  }
  return { text: current.text, replacements };
}

function replaceEverywhere(
  { text, value }: { text: string; value: JsonValue },
  secret: string,
  placeholder: string,
): { text: string; value: JsonValue } | null {
  const changed = text.replace(pattern(secret, '(?:\\r?\\n[ \\t]*|\\\\n)'), placeholder);
  if (changed === text) return null;
  const parsed = parseYaml(changed);
  const expected = withReplaced(value, pattern(secret, '\\n'), placeholder);
  if ('problem' in parsed || !isDeepStrictEqual(parsed.value, expected)) return null;
  return { text: changed, value: expected };
}

/**
 * Matches a secret that is no part of a longer word, in a text and in a value.
 * @param lineBreak how its lines are separated: a block indents them, double quotes escape the break
 */
function pattern(secret: string, lineBreak: string): RegExp {
  const lines = secret.split('\n').map((line) => line.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  // The letter of an escape (`\\n`) is no part of a word.
  return new RegExp(`(?<!(?<!\\\\)[A-Za-z0-9])${lines.join(lineBreak)}(?![A-Za-z0-9])`, 'g');
}

function withReplaced(value: JsonValue, secret: RegExp, placeholder: string): JsonValue {
  if (typeof value === 'string') return value.replace(secret, placeholder);
  if (Array.isArray(value)) return value.map((item) => withReplaced(item, secret, placeholder));
  if (!isObject(value)) return value;
  const object = {};
  for (const [key, member] of Object.entries(value)) {
    setField(object, key.replace(secret, placeholder), withReplaced(member, secret, placeholder));
  }
  return object;
}
