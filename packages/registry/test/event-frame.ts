import type { JsonValue } from '../src/vocabulary/recording.js';

/** An AWS event stream of events with JSON payloads. */
export function eventStream(...events: readonly (readonly [name: string, payload: JsonValue])[]): Buffer {
  return Buffer.concat(
    events.map(([name, payload]) =>
      eventFrame({ ':event-type': name, ':message-type': 'event' }, JSON.stringify(payload)),
    ),
  );
}

/** One event with text headers. `otherHeaders` are encoded headers of any type, which come first. */
export function eventFrame(
  headers: Readonly<Record<string, string>>,
  payload: string,
  otherHeaders: Uint8Array = Buffer.alloc(0),
): Buffer {
  const encoded = Buffer.concat([otherHeaders, ...Object.entries(headers).map(textHeader)]);
  const body = Buffer.from(payload);
  const prelude = Buffer.alloc(12);
  prelude.writeUInt32BE(12 + encoded.length + body.length + 4, 0);
  prelude.writeUInt32BE(encoded.length, 4);
  prelude.writeUInt32BE(crc32(prelude.subarray(0, 8)), 8);
  const message = Buffer.concat([prelude, encoded, body]);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(message));
  return Buffer.concat([message, checksum]);
}

function textHeader([name, value]: [string, string]): Buffer {
  const start = Buffer.from([name.length, ...Buffer.from(name), 7, 0, value.length]);
  return Buffer.concat([start, Buffer.from(value)]);
}

/** The checksum by table, for frames of any length. */
function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) crc = (crc >>> 8) ^ (TABLE[(crc ^ byte) & 0xff] ?? 0);
  return ~crc >>> 0;
}

const TABLE = Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});
