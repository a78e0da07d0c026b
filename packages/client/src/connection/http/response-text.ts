import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';

const MIB = 1024 * 1024;

/**
 * Maximum bytes of a response body: enough for the largest plan, too little to exhaust this
 * machine's memory.
 */
export const MAX_BYTES = { response: 256 * MIB, receipt: 16 * MIB, failure: 64 * 1024 } as const;

/** A response body is longer than allowed. */
export class ResponseTooLong extends Error {
  override readonly name = 'ResponseTooLong';
}

/**
 * Reads the body of a response as UTF-8 text.
 * @throws ResponseTooLong above `maxBytes`, or the network error
 */
export async function responseText(response: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop closes the connection.
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new ResponseTooLong(`the response has more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
