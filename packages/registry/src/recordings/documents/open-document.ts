import { isUtf8 } from 'node:buffer';
import { describePosition } from '../json/json-problem.js';
import { parseJson } from '../json/parse-json.js';
import { type Document, type DocumentProblem, MAXIMUM_READ_BYTES } from './document.js';
import { gunzip, isGzip } from './gunzip.js';
import { looksLikeYaml } from './looks-like-yaml.js';
import { isHttprr, parseHttprr } from './parse-httprr.js';
import { parseYaml } from './parse-yaml.js';

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

const TOO_LARGE = 'larger than 32 MiB: stored but not parsed';

/**
 * Parses bytes as a document: decompresses gzip, skips a byte order mark, and detects the syntax by content.
 * Never throws: a problem has a reason and a position.
 */
export function openDocument(bytes: Uint8Array): Document | DocumentProblem {
  if (bytes.length > MAXIMUM_READ_BYTES) return { problem: TOO_LARGE };
  if (!isGzip(bytes)) return openText(bytes, false);
  const unpacked = gunzip(bytes, MAXIMUM_READ_BYTES);
  return 'problem' in unpacked ? unpacked : openText(unpacked.bytes, true);
}

function openText(bytes: Uint8Array, isCompressed: boolean): Document | DocumentProblem {
  const hasMark = BYTE_ORDER_MARK.every((byte, index) => bytes[index] === byte);
  const content = hasMark ? bytes.subarray(BYTE_ORDER_MARK.length) : bytes;
  const skipped = bytes.length - content.length;
  if (isHttprr(content)) return openHttprr(content, isCompressed);
  if (!isUtf8(content)) {
    return {
      problem: `not valid UTF-8 at byte ${firstInvalidByte(content) + skipped}: stored but not parsed`,
    };
  }
  const text = Buffer.from(content.buffer, content.byteOffset, content.length).toString('utf8');
  if (looksLikeYaml(text)) {
    const parsed = parseYaml(text);
    if ('problem' in parsed) return parsed;
    if (typeof parsed.value === 'object' && parsed.value !== null) {
      return { ...parsed, members: new Map(), warnings: [], text, syntax: 'yaml', isCompressed };
    }
  }
  const parsed = parseJson(text);
  if ('problem' in parsed)
    return { problem: `${parsed.problem}, ${describePosition(text, parsed.position, skipped)}` };
  return { ...parsed, text, syntax: 'json', isCompressed };
}

/** Its `text` has U+FFFD in place of bytes that are not UTF-8. */
function openHttprr(content: Uint8Array, isCompressed: boolean): Document | DocumentProblem {
  const parsed = parseHttprr(content);
  if ('problem' in parsed) return parsed;
  const text = Buffer.from(content.buffer, content.byteOffset, content.length).toString('utf8');
  return { ...parsed, members: new Map(), text, syntax: 'httprr', isCompressed };
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
