import { load, YAMLException } from 'js-yaml';
import type { JsonValue } from '../../vocabulary/recording.js';
import type { DocumentProblem } from './document.js';
import { expandedSize } from './expanded-size.js';
import { YAML_SCHEMA } from './yaml-schema.js';

/** Values and characters that aliases may expand to in a small file. */
const SMALLEST_LIMIT = 1024 * 1024;

/** What js-yaml reports of a node: an alias has a result, but no kind. */
interface ParsedNode {
  kind: string | null;
  result: unknown;
  line: number;
}

/**
 * Parses YAML as PyYAML and Psych read it, without dates and without objects of a language: a tagged value is
 * its plain value, and bytes are a `Binary`. Never throws: a problem has a line. Aliases are shared values, so
 * a small file can describe a huge tree: more than twice the values and characters of the text, or 1 Mi in a
 * small file, are a problem.
 */
export function parseYaml(text: string): { value: JsonValue } | DocumentProblem {
  const aliases = new AliasBudget(2 * text.length + SMALLEST_LIMIT);
  try {
    const value: unknown = load(text, {
      schema: YAML_SCHEMA,
      listener: (event, state) => event === 'close' && aliases.count(state as unknown as ParsedNode),
    });
    aliases.check(value);
    return { value: (value ?? null) as JsonValue };
  } catch (error) {
    if (error instanceof TooManyValues) return { problem: error.message };
    if (error instanceof YAMLException) return { problem: problemOf(error) };
    throw error;
  }
}

function problemOf({ reason, mark }: YAMLException): string {
  // Without a position: js-yaml counts the documents after it parsed all of them.
  if (mark === undefined) return 'more than one YAML document: stored but not parsed';
  return `not YAML: ${reason}, line ${mark.line + 1}, column ${mark.column + 1}`;
}

/** Refuses aliases while js-yaml parses, because a list that is a key expands before the value is complete. */
class AliasBudget {
  readonly #limit: number;
  #remaining: number;
  #hasAliases = false;

  constructor(limit: number) {
    this.#limit = limit;
    this.#remaining = limit;
  }

  count({ kind, result, line }: ParsedNode): void {
    if (kind !== null || result === null) return;
    this.#hasAliases = true;
    this.#remaining -= expandedSize(result, this.#remaining);
    if (this.#remaining < 0) throw new TooManyValues(`, line ${line + 1}`);
  }

  /** An alias inside of its own value, and nested aliases, are visible only in the complete value. */
  check(value: unknown): void {
    if (this.#hasAliases && expandedSize(value, this.#limit) > this.#limit) throw new TooManyValues('');
  }
}

class TooManyValues extends Error {
  constructor(where: string) {
    super(`its aliases expand to too many values${where}: stored but not parsed`);
  }
}
