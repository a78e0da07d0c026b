import { isUtf8 } from 'node:buffer';
import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';
import { isObject } from '../json/json-value.js';

/** Bytes in a document: an object with the only key `!!binary`, whose value is their base64. */
export interface Binary extends JsonObject {
  '!!binary': string;
}

/** Makes the value of a document for bytes. */
export function binaryOf(bytes: Uint8Array): Binary {
  return { '!!binary': Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64') };
}

/** The bytes of a value; null when it is not a `Binary`. */
export function bytesIn(value: JsonValue | undefined): Buffer | null {
  if (!isObject(value)) return null;
  const encoded = value['!!binary'];
  return typeof encoded === 'string' && Object.keys(value).length === 1
    ? Buffer.from(encoded, 'base64')
    : null;
}

/** A string, or the text of a `Binary`; null for other values. */
export function textIn(value: JsonValue | undefined): string | null {
  if (typeof value === 'string') return value;
  const bytes = bytesIn(value);
  return bytes === null ? null : textOfBytes(bytes);
}

/** Bytes as text: UTF-8, else one character per byte, as in HTTP headers. */
export function textOfBytes(bytes: Buffer): string {
  return bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1');
}
