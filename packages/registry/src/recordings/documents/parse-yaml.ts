import { load, YAMLException } from 'js-yaml';
import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';
import { setField } from '../json/json-value.js';
import { binaryOf } from './binary.js';
import type { DocumentProblem } from './document.js';
import { expandedSize } from './expanded-size.js';
import { YAML_SCHEMA, YamlBytes } from './yaml-schema.js';

/** Values and characters that aliases may expand to in a small file. */
const SMALLEST_LIMIT = 64 * 1024;

/** What js-yaml reports of a node: an alias has a result, but no kind. */
interface ParsedNode {
  kind: string | null;
  result: unknown;
  line: number;
}

/**
 * Parses YAML as PyYAML and Psych read it, without dates and without objects of a language: a tagged value is
 * its plain value, and bytes are a `Binary`. Never throws: a problem has a line where there is one.
 *
 * Aliases are shared values, so a small file can describe a huge tree. A tree with more values and characters
 * than twice the text and 65,536 is a problem, so that every later walk over the value is bounded.
 */
export function parseYaml(text: string): { value: JsonValue } | DocumentProblem {
  const aliases = new AliasBudget(2 * text.length + SMALLEST_LIMIT);
  let hasBytes = false;
  try {
    const value: unknown = load(text, {
      schema: YAML_SCHEMA,
      listener(event, state) {
        if (event === 'open') return;
        aliases.count(state as unknown as ParsedNode);
        hasBytes ||= state.result instanceof YamlBytes;
      },
    });
    aliases.check(value);
    return { value: hasBytes ? withBinaries(value) : ((value ?? null) as JsonValue) };
  } catch (error) {
    if (error instanceof TooManyValues) return { problem: error.message };
    if (error instanceof YAMLException) return { problem: problemOf(error) };
    // A pattern of js-yaml needs more stack than there is, for example for a tag of a million characters.
    if (error instanceof RangeError) return { problem: `not YAML: ${error.message}: stored but not parsed` };
    throw error;
  }
}

function problemOf({ reason, mark }: YAMLException): string {
  // Without a position: js-yaml counts the documents after it parsed all of them.
  if (mark === undefined) return 'more than one YAML document: stored but not parsed';
  return `not YAML: ${reason}, line ${mark.line + 1}, column ${mark.column + 1}`;
}

/** Replaces bytes by a `Binary`, in place. */
function withBinaries(value: unknown): JsonValue {
  if (value instanceof YamlBytes) return binaryOf(value.bytes);
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      if (typeof item === 'object' && item !== null) value[index] = withBinaries(item);
    }
  } else if (typeof value === 'object' && value !== null) {
    const object = value as JsonObject;
    for (const [key, member] of Object.entries(object)) {
      if (typeof member === 'object' && member !== null) setField(object, key, withBinaries(member));
    }
  }
  return value as JsonValue;
}

/** Refuses aliases while js-yaml parses: a list that is a key expands before the value is complete. */
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
