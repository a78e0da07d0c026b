import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';

const MIB = 1024 * 1024;

/** Bytes that answers may have: enough for a plan of the most files with long paths, not enough to exhaust this machine. */
export const MOST_BYTES = { answer: 256 * MIB, receipt: 16 * MIB, failure: 64 * 1024 } as const;

/** An answer had more bytes than any honest one has. */
export class AnswerTooLong extends Error {
  override readonly name = 'AnswerTooLong';
}

/**
 * Reads an answer's text, and not more of it than there may be.
 * @throws AnswerTooLong, and the network's error
 */
export async function answerText(answer: IncomingMessage, mostBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop closes the connection.
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > mostBytes) throw new AnswerTooLong(`the answer has more than ${mostBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
