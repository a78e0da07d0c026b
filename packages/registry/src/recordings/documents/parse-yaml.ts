import { CORE_SCHEMA, load, Type, YAMLException } from 'js-yaml';
import type { JsonValue } from '../../vocabulary/recording.js';
import { binaryOf } from './binary.js';
import type { DocumentProblem } from './document.js';

/** Python's tags only name the class that the recorder saw: their plain value is all that a reader needs. */
const PYTHON_TAGS = (['scalar', 'sequence', 'mapping'] as const).map(
  (kind) =>
    new Type('tag:yaml.org,2002:python/', { kind, multi: true, construct: (data: unknown) => data ?? '' }),
);

const BYTES = ['tag:yaml.org,2002:binary', '!binary'].map(
  (tag) =>
    new Type(tag, {
      kind: 'scalar',
      resolve: (data: unknown) => typeof data === 'string',
      construct: (data: string) => binaryOf(Buffer.from(data, 'base64')),
    }),
);

const SCHEMA = CORE_SCHEMA.extend({ implicit: [], explicit: [...BYTES, ...PYTHON_TAGS] });

/**
 * Parses YAML as PyYAML and Psych read it, without dates and without objects of a language. Never throws: a
 * problem has a line. Aliases are shared values, so a small file can describe a huge tree: a tree with more
 * nodes than the text has characters is a problem.
 */
export function parseYaml(text: string): { value: JsonValue } | DocumentProblem {
  try {
    const value = (load(text, { schema: SCHEMA }) ?? null) as JsonValue;
    return hasMoreNodes(value, text.length)
      ? { problem: 'its aliases expand to too many values' }
      : { value };
  } catch (error) {
    if (error instanceof YAMLException) return { problem: `not YAML: ${error.reason}, ${positionOf(error)}` };
    throw error;
  }
}

function positionOf({ mark }: YAMLException): string {
  return mark === undefined ? 'at an unknown position' : `line ${mark.line + 1}, column ${mark.column + 1}`;
}

function hasMoreNodes(value: JsonValue, limit: number): boolean {
  let nodes = 0;
  const pending: JsonValue[] = [value];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (++nodes > limit) return true;
    if (typeof next === 'object' && next !== null) {
      for (const child of Array.isArray(next) ? next : Object.values(next)) pending.push(child);
    }
  }
  return false;
}
