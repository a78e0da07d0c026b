import { isUtf8 } from 'node:buffer';
import type { JsonValue } from '../../vocabulary/recording.js';
import { binaryOf, bytesIn } from '../documents/binary.js';
import { MAXIMUM_READ_BYTES } from '../documents/document.js';
import { gunzip, isGzip } from '../documents/gunzip.js';
import { parseJson } from '../json/parse-json.js';

/**
 * The body of a message as a reader sees it: bytes decompressed, JSON parsed, other text as it is. Looks at
 * the bytes, not at `content-encoding`, which recorders keep after they decompressed a body. Never throws:
 * bytes that are not text stay a `Binary`.
 */
export function decodeBody(body: JsonValue): JsonValue {
  const bytes = bytesIn(body);
  const text = bytes === null ? body : textOf(bytes);
  return typeof text === 'string' ? (jsonIn(text) ?? text) : text;
}

function textOf(bytes: Uint8Array): JsonValue {
  const unpacked = isGzip(bytes) ? gunzip(bytes, MAXIMUM_READ_BYTES) : { bytes };
  if ('problem' in unpacked || !isUtf8(unpacked.bytes)) return binaryOf(bytes);
  return Buffer.from(unpacked.bytes).toString('utf8');
}

/** The value of JSON text that is an object or a list; null for other text. */
function jsonIn(text: string): JsonValue | null {
  if (!/^\s*[[{]/.test(text)) return null;
  const parsed = parseJson(text);
  return 'problem' in parsed ? null : parsed.value;
}
