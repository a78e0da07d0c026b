import { isUtf8 } from 'node:buffer';
import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';
import { bytesIn } from '../documents/binary.js';
import { parseJson } from '../json/parse-json.js';
import { type DecompressionBudget, decompress } from './decompress.js';
import { readEventStream } from './event-stream.js';
import { headerOf } from './headers.js';

/** Some servers compress a body that the application compressed. */
const MAXIMUM_LAYERS = 2;

/**
 * The body of a message as a reader sees it: bytes decompressed; JSON and AWS event streams parsed; other
 * text, such as server-sent events, as it is. Looks at the bytes first, because recorders keep
 * `content-encoding` after they decompressed a body. Never throws: bytes that are not text stay a `Binary`.
 */
export function decodeBody(
  body: JsonValue,
  headers: JsonObject | null,
  budget: DecompressionBudget,
): JsonValue {
  const bytes = bytesIn(body);
  const decoded = bytes === null ? body : (decodeBytes(bytes, headers, budget) ?? body);
  return typeof decoded === 'string' ? (jsonIn(decoded) ?? decoded) : decoded;
}

function decodeBytes(
  bytes: Uint8Array,
  headers: JsonObject | null,
  budget: DecompressionBudget,
): JsonValue | null {
  const encoding = headerOf(headers, 'content-encoding');
  let decoded = bytes;
  for (let layer = 0; ; layer += 1) {
    const text = textOf(decoded);
    if (text !== null) return text;
    const unpacked = layer < MAXIMUM_LAYERS ? decompress(decoded, encoding, budget) : null;
    if (unpacked === null) return readEventStream(decoded);
    decoded = unpacked;
  }
}

/** The text of UTF-8 without control characters, which only other data has; null for other bytes. */
function textOf(bytes: Uint8Array): string | null {
  if (!isUtf8(bytes)) return null;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return /[\0-\x08\x0e-\x1a\x1c-\x1f]/.test(text) ? null : text;
}

/** The value of JSON text that is an object or a list; null for other text. */
function jsonIn(text: string): JsonValue | null {
  if (!/^\s*[[{]/.test(text)) return null;
  const parsed = parseJson(text);
  return 'problem' in parsed ? null : parsed.value;
}
