import type { JsonValue } from '../../../vocabulary/recording.js';
import { isObject } from '../../json/json-value.js';
import { kindOfName } from '../rules/named-values.js';

export type Step = string | number;

/** A string of a document: a value, or a field name. */
export interface Leaf {
  text: string;
  /** The kind of secret by the name of its header or field; null for most. */
  named: string | null;
  /** Its path. Valid during the call only: the walk changes this list. */
  steps: readonly Step[];
  isKey: boolean;
}

/** Length of the shortest field name that can contain a secret. */
const SHORTEST_KEY = 11;

/** Calls `visit` for every string value and for every field name that can contain a secret. */
export function walkTexts(value: JsonValue, visit: (leaf: Leaf) => void): void {
  const steps: Step[] = [];
  const leaf: { -readonly [Key in keyof Leaf]: Leaf[Key] } = { text: '', named: null, steps, isKey: false };
  const report = (text: string, named: string | null, isKey: boolean) => {
    leaf.text = text;
    leaf.named = named;
    leaf.isKey = isKey;
    visit(leaf);
  };
  const walk = (node: JsonValue, named: string | null) => {
    if (typeof node === 'string') report(node, named, false);
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
      const objectName = nameOfObject(node);
      for (const key in node) {
        if (!Object.hasOwn(node, key)) continue;
        steps[depth] = key;
        if (key.length >= SHORTEST_KEY) report(key, null, true);
        walk(node[key] as JsonValue, key === 'value' && objectName !== null ? objectName : nameKind(key));
      }
      steps.length = depth;
    }
  };
  walk(value, null);
}

/** The name of a header in a pair: `["authorization", "Bearer …"]`. */
function nameOfPair(list: JsonValue[]): string | null {
  const [name] = list;
  return list.length === 2 && typeof name === 'string' ? nameKind(name) : null;
}

/** The name of a header in an object: `{"name": "authorization", "value": "Bearer …"}`. */
function nameOfObject(object: { [key: string]: JsonValue }): string | null {
  const name = object['name'] ?? object['key'] ?? object['header'];
  return typeof name === 'string' && typeof object['value'] === 'string' ? nameKind(name) : null;
}

const CACHE_SIZE = 10_000;
const kinds = new Map<string, string | null>();

/** A cached `kindOfName`: recordings repeat few names thousands of times. */
function nameKind(name: string): string | null {
  const known = kinds.get(name);
  if (known !== undefined) return known;
  const kind = kindOfName(name);
  if (kinds.size >= CACHE_SIZE) kinds.clear();
  kinds.set(name, kind);
  return kind;
}
