import { isUtf8 } from 'node:buffer';
import { placeOf } from './json-problem.js';
import { type ParsedJson, parseJson } from './parse-json.js';

/** Larger files are kept and pulled, but not read: no recording of one call needs more, and reading costs memory. */
export const MAXIMUM_READ_BYTES = 4 * 1024 * 1024;

/** A file as JSON, with its text for whoever must look closer (numbers as written). */
export interface Document extends ParsedJson {
  text: string;
}

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** Opens bytes as a JSON document. A byte order mark is passed over. Never throws: says what is wrong, and where. */
export function openDocument(bytes: Uint8Array): Document | { problem: string } {
  if (bytes.length > MAXIMUM_READ_BYTES) return { problem: 'larger than 4 MiB: kept, not read' };
  const marked = BYTE_ORDER_MARK.every((byte, index) => bytes[index] === byte);
  const content = marked ? bytes.subarray(BYTE_ORDER_MARK.length) : bytes;
  const skipped = bytes.length - content.length;
  if (!isUtf8(content)) {
    return { problem: `not valid UTF-8 at byte ${firstInvalidByte(content) + skipped}: kept, not read` };
  }
  const text = Buffer.from(content.buffer, content.byteOffset, content.length).toString('utf8');
  const parsed = parseJson(text);
  if ('problem' in parsed) return { problem: `${parsed.problem}, ${placeOf(text, parsed.at, skipped)}` };
  return { ...parsed, text };
}

/** Decoding puts U+FFFD where a sequence is broken: encoded again, the text first differs there. */
function firstInvalidByte(bytes: Uint8Array): number {
  const mended = Buffer.from(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
  let at = 0;
  while (at < bytes.length && bytes[at] === mended[at]) at += 1;
  // A broken sequence may begin as U+FFFD's own does; go back to where that character starts.
  while (isContinuation(mended[at])) at -= 1;
  return at;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
