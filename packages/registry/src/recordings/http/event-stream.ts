import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';
import { binaryOf } from '../documents/binary.js';
import { isObject, setField, textAt } from '../json/json-value.js';
import { parseJson } from '../json/parse-json.js';

/** Total length, length of the headers, and the checksum of both: four bytes each. */
const PRELUDE = 12;
const CHECKSUM = 4;

/** Bytes of a header's value by its type; the types 6 and 7 have their length in two bytes. */
const VALUE_LENGTHS = [0, 0, 1, 2, 4, 8, null, null, 8, 16] as const;
const STRING = 7;

/**
 * Decodes an AWS event stream (`application/vnd.amazon.eventstream`), as Bedrock sends it. Each event is
 * `{NAME: payload}` with the name of the event or exception, such as `{messageStart: {…}}`; an event of
 * `invoke-with-response-stream` is the chunk inside its `bytes`. Returns null for other bytes. Never throws:
 * a damaged or incomplete event ends the list.
 */
export function readEventStream(bytes: Uint8Array): JsonObject[] | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const events: JsonObject[] = [];
  let at = 0;
  while (at < bytes.length) {
    const frame = frameAt(view, at);
    if (frame === null) break;
    const headers = stringHeaders(bytes.subarray(at + PRELUDE, frame.payload));
    events.push(eventOf(headers, bytes.subarray(frame.payload, frame.end - CHECKSUM)));
    at = frame.end;
  }
  return events.length > 0 ? events : null;
}

function frameAt(view: DataView, at: number): { payload: number; end: number } | null {
  if (at + PRELUDE + CHECKSUM > view.byteLength) return null;
  const total = view.getUint32(at);
  const payload = at + PRELUDE + view.getUint32(at + 4);
  const end = at + total;
  if (end > view.byteLength || payload + CHECKSUM > end) return null;
  return view.getUint32(at + 8) === crc32(view, at, 8) ? { payload, end } : null;
}

function stringHeaders(bytes: Uint8Array): Map<string, string> {
  const headers = new Map<string, string>();
  const text = (start: number, end: number) => Buffer.from(bytes.subarray(start, end)).toString('utf8');
  let at = 0;
  while (at < bytes.length) {
    const nameEnd = at + 1 + (bytes[at] ?? 0);
    const type = bytes[nameEnd] ?? -1;
    const fixed = VALUE_LENGTHS[type];
    if (fixed === undefined) break;
    const start = nameEnd + (fixed === null ? 3 : 1);
    const end = start + (fixed ?? ((bytes[nameEnd + 1] ?? 0) << 8) | (bytes[nameEnd + 2] ?? 0));
    if (end > bytes.length) break;
    if (type === STRING) headers.set(text(at + 1, nameEnd), text(start, end));
    at = end;
  }
  return headers;
}

function eventOf(headers: Map<string, string>, payload: Uint8Array): JsonObject {
  const code = headers.get(':error-code');
  if (code !== undefined) return { error: { code, message: headers.get(':error-message') ?? '' } };
  const value = payloadOf(payload);
  const chunk = isObject(value) ? chunkIn(value) : null;
  if (chunk !== null) return chunk;
  const event: JsonObject = {};
  setField(event, headers.get(':exception-type') ?? headers.get(':event-type') ?? 'event', value);
  return event;
}

/** The JSON in the `bytes` of an event, with which Bedrock wraps what the model's own API streams. */
function chunkIn(payload: JsonObject): JsonObject | null {
  const encoded = textAt(payload, 'bytes');
  const value = encoded === null ? null : jsonOf(Buffer.from(encoded, 'base64').toString('utf8'));
  return isObject(value) ? value : null;
}

function payloadOf(bytes: Uint8Array): JsonValue {
  return (
    jsonOf(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')) ?? binaryOf(bytes)
  );
}

function jsonOf(text: string): JsonValue {
  const parsed = parseJson(text);
  return 'problem' in parsed ? null : parsed.value;
}

/** The CRC-32 of a few bytes; Node 20 has none. */
function crc32(view: DataView, start: number, length: number): number {
  let crc = 0xffffffff;
  for (let at = start; at < start + length; at += 1) {
    crc ^= view.getUint8(at);
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
