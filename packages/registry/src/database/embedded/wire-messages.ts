// The parts of the Postgres wire protocol that the PGlite thread reads and writes itself.
// A message is a type letter, the length of the rest (4 bytes, included), and a body.

const ERROR_RESPONSE = 0x45;
const READY_FOR_QUERY = 0x5a;

/** Bytes of a `ReadyForQuery`, which ends each reply to a whole query. */
export const READY_LENGTH = 6;

/** A `Query` message: statements without parameters. */
export function simpleQuery(text: string): Uint8Array {
  const body = Buffer.from(`${text}\0`);
  const head = Buffer.alloc(5);
  head.write('Q');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/** An `ErrorResponse` with this SQLSTATE. */
export function errorResponse(code: string, message: string): Buffer {
  const body = Buffer.from(`SERROR\0VERROR\0C${code}\0M${message}\0\0`);
  const head = Buffer.alloc(5);
  head[0] = ERROR_RESPONSE;
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/**
 * The transaction status at the end of a reply: `I` outside a transaction, `T` inside one, `E` inside a
 * failed one. Null when the reply does not end a query.
 */
export function transactionStatus(tail: Uint8Array): string | null {
  const ready = tail.subarray(-READY_LENGTH);
  const isReady = ready.length === READY_LENGTH && ready[0] === READY_FOR_QUERY && ready[4] === 5;
  return isReady ? String.fromCharCode(ready[5] ?? 0) : null;
}

/** The version of the protocol in a `StartupMessage`, which is the only message without a letter. */
const PROTOCOL = 196_608;

/**
 * The startup message at the end of a driver's first write. The driver keeps unsent bytes of its last
 * connection, and writes them before the startup message of the next one.
 */
export function startupOf(written: Buffer): Buffer {
  for (let at = written.length - 8; at > 0; at--) {
    const isStartup =
      written.readInt32BE(at) === written.length - at && written.readInt32BE(at + 4) === PROTOCOL;
    if (isStartup) return written.subarray(at);
  }
  return written;
}

/** Replaces each error that has the SQLSTATE `code`. */
export function replaceErrors(reply: Buffer, code: string, replacement: Buffer): Buffer {
  const parts: Buffer[] = [];
  let start = 0;
  for (let at = 0; at + 5 <= reply.length; ) {
    const end = at + 1 + reply.readInt32BE(at + 1);
    if (reply[at] === ERROR_RESPONSE && reply.subarray(at + 5, end).includes(`\0C${code}\0`)) {
      parts.push(reply.subarray(start, at), replacement);
      start = end;
    }
    at = end;
  }
  return parts.length === 0 ? reply : Buffer.concat([...parts, reply.subarray(start)]);
}
