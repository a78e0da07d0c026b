import { isUtf8 } from 'node:buffer';
import { describePosition } from './json-problem.js';
import { type ParsedJson, parseJson } from './parse-json.js';

/**
 * Largest file that is parsed, in bytes. Larger ones are stored and pulled but not parsed, to bound
 * memory.
 */
export const MAXIMUM_READ_BYTES = 4 * 1024 * 1024;

/** A parsed file with its text, for callers that need numbers as written. */
export interface Document extends ParsedJson {
  text: string;
}

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/**
 * Parses bytes as a JSON document; skips a byte order mark. Never throws: a problem has a reason
 * and a position.
 */
export function openDocument(bytes: Uint8Array): Document | { problem: string } {
  if (bytes.length > MAXIMUM_READ_BYTES) return { problem: 'larger than 4 MiB: stored but not parsed' };
  const hasMark = BYTE_ORDER_MARK.every((byte, index) => bytes[index] === byte);
  const content = hasMark ? bytes.subarray(BYTE_ORDER_MARK.length) : bytes;
  const skipped = bytes.length - content.length;
  if (!isUtf8(content)) {
    return {
      problem: `not valid UTF-8 at byte ${firstInvalidByte(content) + skipped}: stored but not parsed`,
    };
  }
  const text = Buffer.from(content.buffer, content.byteOffset, content.length).toString('utf8');
  const parsed = parseJson(text);
  if ('problem' in parsed)
    return { problem: `${parsed.problem}, ${describePosition(text, parsed.position, skipped)}` };
  return { ...parsed, text };
}

/**
 * Decoding replaces an invalid sequence with U+FFFD, so the re-encoded bytes first differ there.
 */
function firstInvalidByte(bytes: Uint8Array): number {
  const reencoded = Buffer.from(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
  let at = 0;
  while (at < bytes.length && bytes[at] === reencoded[at]) at += 1;
  // An invalid sequence may share its first bytes with U+FFFD: go back to the start of that
  // character.
  while (isContinuation(reencoded[at])) at -= 1;
  return at;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
