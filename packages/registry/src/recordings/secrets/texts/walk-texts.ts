import type { JsonValue } from '../../../vocabulary/recording.js';
import { isObject } from '../../json/json-value.js';
import { kindOfName } from '../rules/named-values.js';

export type Step = string | number;

/** A text of a document: a string value, or the name of a field. */
export interface Leaf {
  text: string;
  /** The kind of secret that stands here because of its name (a header, a field); null for most. */
  named: string | null;
  /** Where it stands. Valid during the call only: it is one list that changes as the walk goes on. */
  steps: readonly Step[];
  isKey: boolean;
}

/** Shorter names are none of which a secret could be read. */
const SHORTEST_KEY = 11;

/** Calls `visit` for every string of a value and for every longer field name. */
export function walkTexts(value: JsonValue, visit: (leaf: Leaf) => void): void {
  const steps: Step[] = [];
  const leaf: { -readonly [Key in keyof Leaf]: Leaf[Key] } = { text: '', named: null, steps, isKey: false };
  const tell = (text: string, named: string | null, isKey: boolean) => {
    leaf.text = text;
    leaf.named = named;
    leaf.isKey = isKey;
    visit(leaf);
  };
  const walk = (node: JsonValue, named: string | null) => {
    if (typeof node === 'string') tell(node, named, false);
    else if (Array.isArray(node)) {
      const pair = nameOfPair(node);
      const depth = steps.length;
      for (let index = 0; index < node.length; index++) {
        const item = node[index];
        if (typeof item === 'number' || item === null || item === undefined) continue;
        steps[depth] = index;
        walk(item, index === 1 && pair !== null ? pair : named);
      }
      steps.length = depth;
    } else if (isObject(node)) {
      const depth = steps.length;
      const stated = nameOfStatement(node);
      for (const key in node) {
        if (!Object.hasOwn(node, key)) continue;
        steps[depth] = key;
        if (key.length >= SHORTEST_KEY) tell(key, null, true);
        walk(node[key] as JsonValue, key === 'value' && stated !== null ? stated : nameKind(key));
      }
      steps.length = depth;
    }
  };
  walk(value, null);
}

/** Headers are also written as `["authorization", "Bearer …"]`. */
function nameOfPair(list: JsonValue[]): string | null {
  const [name] = list;
  return list.length === 2 && typeof name === 'string' ? nameKind(name) : null;
}

/** And as `{"name": "authorization", "value": "Bearer …"}`. */
function nameOfStatement(object: { [key: string]: JsonValue }): string | null {
  const name = object['name'] ?? object['key'] ?? object['header'];
  return typeof name === 'string' && typeof object['value'] === 'string' ? nameKind(name) : null;
}

const MOST_REMEMBERED = 10_000;
const kinds = new Map<string, string | null>();

/** Recordings have the same few names thousands of times. */
function nameKind(name: string): string | null {
  const known = kinds.get(name);
  if (known !== undefined) return known;
  const kind = kindOfName(name);
  if (kinds.size >= MOST_REMEMBERED) kinds.clear();
  kinds.set(name, kind);
  return kind;
}
