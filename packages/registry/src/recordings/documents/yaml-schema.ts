import { CORE_SCHEMA, Type } from 'js-yaml';
import { isObject } from '../json/json-value.js';
import { textOfBytes } from './binary.js';

/**
 * Bytes while js-yaml parses, which can be a key: it calls `toString` only on objects with a tag other than
 * `Object`. Replaced by a `Binary` in the parsed value.
 */
export class YamlBytes {
  readonly bytes: Buffer;

  constructor(base64: string) {
    this.bytes = Buffer.from(base64, 'base64');
  }

  get [Symbol.toStringTag](): string {
    return 'YamlBytes';
  }

  toString(): string {
    return textOfBytes(this.bytes);
  }
}

const KINDS = ['scalar', 'sequence', 'mapping'] as const;

const BINARY = ['tag:yaml.org,2002:binary', '!binary', 'tag:yaml.org,2002:python/bytes'].map(
  (tag) =>
    new Type(tag, {
      kind: 'scalar',
      resolve: (data: unknown) => typeof data === 'string' || data === null,
      construct: (data: string | null) => new YamlBytes(data ?? ''),
    }),
);

/** PyYAML and Psych merge mappings at a plain `<<`. */
const MERGE = new Type('tag:yaml.org,2002:merge', {
  kind: 'scalar',
  resolve: (data: unknown) => data === '<<',
});

/** `!!python/object/apply:NAME` and `!!python/object/new:NAME`: a call of a class. */
const PYTHON_CALL = KINDS.map(
  (kind) =>
    new Type('tag:yaml.org,2002:python/object/', {
      kind,
      multi: true,
      construct: (data) => argumentOf(data),
    }),
);

const PYTHON_FILE = new Type('tag:yaml.org,2002:python/object/new:_io.', {
  kind: 'mapping',
  multi: true,
  construct: (data: unknown) => contentOfFile(data),
});

const PYTHON_VALUE = new Type('tag:yaml.org,2002:python/', {
  kind: 'scalar',
  multi: true,
  construct: (data: unknown, tag?: string) => pythonValue(tag?.split('/').at(-1) ?? '', String(data ?? '')),
});

const RUBY_MAPPING = new Type('!ruby/', {
  kind: 'mapping',
  multi: true,
  construct: (data: unknown) => contentOf(data, ['elements', 'internal', 'str']),
});

const RUBY_STRING = new Type('!str', { kind: 'mapping', construct: (data) => contentOf(data, ['str']) });

/** A tag names the class of a value in the recorder's language: readers need only the plain value. */
const OTHER_TAGS = KINDS.map(
  (kind) => new Type('', { kind, multi: true, construct: (data: unknown) => data ?? '' }),
);

/** Reads what PyYAML and Psych write, without dates and without building objects of a language. */
export const YAML_SCHEMA = CORE_SCHEMA.extend({
  implicit: [MERGE],
  explicit: [...BINARY, PYTHON_FILE, ...PYTHON_CALL, PYTHON_VALUE, RUBY_STRING, RUBY_MAPPING, ...OTHER_TAGS],
});

/** What an instance of a class holds that extends `str` or an enum: the only argument of its call. */
function argumentOf(data: unknown): unknown {
  const given = isObject(data) ? data['args'] : data;
  const [first, ...more] = Array.isArray(given) ? given : [];
  return isScalar(first) && more.length === 0 ? first : (data ?? '');
}

function isScalar(value: unknown): boolean {
  return value instanceof YamlBytes || (value !== undefined && typeof value !== 'object');
}

/** A file in memory, such as `_io.BytesIO`: its state is the content, and the position of its reader. */
function contentOfFile(data: unknown): unknown {
  const state = isObject(data) ? data['state'] : null;
  return Array.isArray(state) && isScalar(state[0]) ? state[0] : argumentOf(data);
}

function pythonValue(type: string, text: string): unknown {
  if (type === 'none') return null;
  if (type === 'bool') return /^(?:true|yes|on)$/i.test(text);
  const number = ['int', 'long', 'float'].includes(type) && text !== '' ? Number(text) : Number.NaN;
  return Number.isNaN(number) ? text : number;
}

/** Ruby writes a subclass of a hash, array or string that has variables as a mapping around its content. */
function contentOf(data: unknown, fields: readonly string[]): unknown {
  const field = isObject(data) ? fields.find((name) => Object.hasOwn(data, name)) : undefined;
  return field === undefined ? (data ?? '') : (data as Record<string, unknown>)[field];
}
