import type { JsonValue } from '../../../vocabulary/recording.js';
import { bytesIn } from '../../documents/binary.js';
import { isObject } from '../../json/json-value.js';
import { kindOfName } from '../rules/named-values.js';
import { kindOfParameter } from '../rules/url-secrets.js';

export type Step = string | number;

/** A string of a document: a value, or a field name. */
export interface Leaf {
  text: string;
  /** The kind of secret by the name of its header, field, cookie or parameter; null for most. */
  named: string | null;
  /** Its path. Valid during the call only: the walk changes this list. */
  steps: readonly Step[];
  isKey: boolean;
  /** Whether the text is what bytes (`!!binary`) decode to. */
  isBytes: boolean;
}

/** Length of the shortest field name that can contain a secret. */
const SHORTEST_KEY = 11;

/** The lists of HAR whose items are pairs of a name and a value, but no headers. */
const PARAMETERS = /^(?:queryString|params)$/;
const COOKIES = 'cookies';

/** Calls `visit` for every string value and for every field name that can contain a secret. */
export function walkTexts(value: JsonValue, visit: (leaf: Leaf) => void): void {
  const steps: Step[] = [];
  const leaf: { -readonly [Key in keyof Leaf]: Leaf[Key] } = {
    ...{ text: '', named: null, steps, isKey: false, isBytes: false },
  };
  const report = (text: string, named: string | null, isKey: boolean, isBytes = false) => {
    leaf.text = text;
    leaf.named = named;
    leaf.isKey = isKey;
    leaf.isBytes = isBytes;
    visit(leaf);
  };
  const walk = (node: JsonValue, named: string | null, parent: Step | undefined) => {
    if (typeof node === 'string') report(node, named, false);
    else if (Array.isArray(node)) {
      const depth = steps.length;
      for (let index = 0; index < node.length; index++) {
        const item = node[index];
        if (typeof item === 'number' || item === null || item === undefined) continue;
        steps[depth] = index;
        const ownName = typeof item === 'object' ? null : nameInList(node, index);
        walk(item, ownName ?? named, parent);
      }
      steps.length = depth;
    } else if (isObject(node)) {
      const bytes = named === null ? null : bytesIn(node);
      if (bytes !== null) report(bytes.toString('latin1'), named, false, true);
      const depth = steps.length;
      const objectName = nameOfObject(node, parent);
      for (const key in node) {
        if (!Object.hasOwn(node, key)) continue;
        steps[depth] = key;
        if (key.length >= SHORTEST_KEY) report(key, null, true);
        const name = key === 'value' && objectName !== null ? objectName : nameKind(key);
        walk(node[key] as JsonValue, name, key);
      }
      steps.length = depth;
    }
  };
  walk(value, null, undefined);
}

/** The name of a header before its value: `["authorization", "Bearer …", "accept", "*"]`. */
function nameInList(list: JsonValue[], index: number): string | null {
  if (index % 2 === 0 || list.length % 2 !== 0) return null;
  const name = list[index - 1];
  return typeof name === 'string' && name.length < 160 ? nameKind(name) : null;
}

/** The name of a header in an object: `{"name": "authorization", "value": "Bearer …"}`. */
function nameOfObject(object: { [key: string]: JsonValue }, parent: Step | undefined): string | null {
  const name = object['name'] ?? object['key'] ?? object['header'];
  if (typeof name !== 'string' || typeof object['value'] !== 'string') return null;
  if (parent === COOKIES) return `cookie ${name}`;
  const isParameter = typeof parent === 'string' && PARAMETERS.test(parent);
  return (isParameter ? kindOfParameter(name) : null) ?? nameKind(name);
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
