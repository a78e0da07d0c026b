import { isUtf8 } from 'node:buffer';
import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';
import { setField } from '../json/json-value.js';
import { binaryOf } from './binary.js';

const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;

const REQUEST_LINE = /^([!#$%&'*+.^_`|~\w-]+) (\S+) HTTP\/\d(?:\.\d)?$/;
const STATUS_LINE = /^HTTP\/\d(?:\.\d)? (\d{3})(?: (.*))?$/;

/** Header lines of one message, to bound time and memory. Real messages have less than a hundred. */
const MOST_HEADER_LINES = 1000;
/** Longest line with the size of a chunk, in bytes; it may have extensions. */
const LONGEST_SIZE_LINE = 1024;

/** A request `{method, url, headers, body}` or a response `{status, reason, headers, body}`. */
export interface HttpMessage {
  kind: 'request' | 'response';
  message: JsonObject;
}

/**
 * Parses the bytes of one HTTP/1.1 message. Headers are lists of values by name as written; the body is text,
 * a `Binary`, or null when it is empty, with the chunks of a chunked body joined. Null when the first line is
 * neither a request line nor a status line, or with more than 1,000 header lines. Never throws.
 */
export function parseHttpMessage(bytes: Buffer): HttpMessage | null {
  const head = headOf(bytes);
  if (head === null) return null;
  const [startLine = '', ...headerLines] = head.lines;
  const headers = headersIn(headerLines);
  const body = bodyOf(bytes.subarray(head.end), headers);
  const [, method, target] = REQUEST_LINE.exec(startLine) ?? [];
  if (method !== undefined && target !== undefined) {
    return { kind: 'request', message: { method, url: urlOf(target, headers), headers, body } };
  }
  const [, status, reason = ''] = STATUS_LINE.exec(startLine) ?? [];
  if (status === undefined) return null;
  return { kind: 'response', message: { status: Number(status), reason, headers, body } };
}

/** The start line and the header lines, with continuation lines joined, and the position after them. */
function headOf(bytes: Buffer): { lines: string[]; end: number } | null {
  const lines: string[] = [];
  let count = 0;
  let at = 0;
  while (at < bytes.length) {
    const found = bytes.indexOf('\n', at);
    const end = found < 0 ? bytes.length : found;
    const line = bytes.toString('utf8', at, end).replace(/\r$/, '');
    at = end + 1;
    if (line === '') break;
    if (++count > MOST_HEADER_LINES) return null;
    const last = lines.length - 1;
    if (/^[ \t]/.test(line) && last > 0) lines[last] += ` ${line.trim()}`;
    else lines.push(line);
  }
  return { lines, end: at };
}

function headersIn(lines: string[]): JsonObject {
  const headers: JsonObject = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const name = line.slice(0, colon).trim();
    const value = line.slice(colon + 1).trim();
    const known = Object.hasOwn(headers, name) ? headers[name] : undefined;
    if (Array.isArray(known)) known.push(value);
    else setField(headers, name, [value]);
  }
  return headers;
}

function headerIn(headers: JsonObject, name: string): string | null {
  const found = Object.keys(headers).find((key) => key.toLowerCase() === name);
  const values = found === undefined ? undefined : headers[found];
  return Array.isArray(values) && typeof values[0] === 'string' ? values[0] : null;
}

/** A proxy's request line has the whole URL; otherwise the `Host` header names the host, but not the scheme. */
function urlOf(target: string, headers: JsonObject): string {
  const host = headerIn(headers, 'host');
  return target.startsWith('/') && host !== null ? `https://${host}${target}` : target;
}

function bodyOf(raw: Buffer, headers: JsonObject): JsonValue {
  const isChunked = /\bchunked\s*$/i.test(headerIn(headers, 'transfer-encoding') ?? '');
  const length = headerIn(headers, 'content-length');
  const isShorter = length !== null && /^\d+$/.test(length) && Number(length) < raw.length;
  const body = isChunked ? joinChunks(raw) : isShorter ? raw.subarray(0, Number(length)) : raw;
  if (body.length === 0) return null;
  // Valid UTF-8 with NUL is a binary protocol, such as an AWS event stream of ASCII events.
  return isUtf8(body) && !body.includes(0) ? body.toString('utf8') : binaryOf(body);
}

/** The body without the sizes of its chunks. A body whose sizes are damaged stays as it is. */
function joinChunks(raw: Buffer): Buffer {
  const joined = Buffer.alloc(raw.length);
  let length = 0;
  let at = 0;
  while (at < raw.length) {
    const lineEnd = raw.subarray(0, at + LONGEST_SIZE_LINE).indexOf('\n', at);
    if (lineEnd < 0) return raw;
    const [, digits] = /^([0-9a-f]{1,8})\s*(?:;|$)/i.exec(raw.toString('latin1', at, lineEnd)) ?? [];
    if (digits === undefined) return raw;
    const size = Number.parseInt(digits, 16);
    if (size === 0) break;
    const start = lineEnd + 1;
    length += raw.copy(joined, length, start, start + size);
    at = start + size;
    if (raw[at] === CARRIAGE_RETURN) at += 1;
    if (raw[at] === LINE_FEED) at += 1;
  }
  return joined.subarray(0, length);
}
