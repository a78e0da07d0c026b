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
/** Longest line with the size of a chunk, in bytes. */
const LONGEST_SIZE_LINE = 16;

/**
 * A request `{method, url, headers, body}` or a response `{status, reason, headers, body}`. When it has more
 * than that, such as trailers, `unread` lists the other texts, so that a search for secrets sees them.
 */
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
  const raw = bytes.subarray(head.end);
  const [body, after] = splitBody(raw, headers);
  const unread = headerLines.filter((line) => !isHeader(line)).map((line): JsonValue => line);
  // The whole body again: a secret can begin in the body and end after it.
  if (after.length > 0) unread.push(textOrBinary(raw));
  const rest = { headers, body: textOrBinary(body), ...(unread.length > 0 ? { unread } : {}) };
  const [, method, target] = REQUEST_LINE.exec(startLine) ?? [];
  if (method !== undefined && target !== undefined) {
    return { kind: 'request', message: { method, url: urlOf(target, headers), ...rest } };
  }
  const [, status, reason = ''] = STATUS_LINE.exec(startLine) ?? [];
  return status === undefined
    ? null
    : { kind: 'response', message: { status: Number(status), reason, ...rest } };
}

/** Bytes as text, or as a `Binary` when they are not text; null without bytes. */
export function textOrBinary(bytes: Buffer): JsonValue {
  if (bytes.length === 0) return null;
  // Valid UTF-8 with NUL is a binary protocol, such as an AWS event stream of ASCII events.
  return isUtf8(bytes) && !bytes.includes(0) ? bytes.toString('utf8') : binaryOf(bytes);
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
  for (const line of lines.filter(isHeader)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim();
    const value = line.slice(colon + 1).trim();
    const known = Object.hasOwn(headers, name) ? headers[name] : undefined;
    if (Array.isArray(known)) known.push(value);
    else setField(headers, name, [value]);
  }
  return headers;
}

function isHeader(line: string): boolean {
  return line.indexOf(':') > 0;
}

function headerIn(headers: JsonObject, name: string): string | null {
  const found = Object.keys(headers).find((key) => key.toLowerCase() === name);
  const values = found === undefined ? undefined : headers[found];
  return Array.isArray(values) && typeof values[0] === 'string' ? values[0] : null;
}

/** A proxy's request line has the whole URL. Otherwise the `Host` header names the host, not the scheme. */
function urlOf(target: string, headers: JsonObject): string {
  const host = headerIn(headers, 'host');
  return target.startsWith('/') && host !== null ? `https://${host}${target}` : target;
}

/** The body, and the bytes after it. */
function splitBody(raw: Buffer, headers: JsonObject): [body: Buffer, after: Buffer] {
  const isChunked = /\bchunked\s*$/i.test(headerIn(headers, 'transfer-encoding') ?? '');
  if (isChunked) return joinChunks(raw);
  const length = headerIn(headers, 'content-length');
  const end = length !== null && /^\d+$/.test(length) ? Number(length) : raw.length;
  return [raw.subarray(0, end), raw.subarray(end)];
}

/** Joins chunks without their sizes. A body whose sizes are damaged stays as it is. */
function joinChunks(raw: Buffer): [body: Buffer, after: Buffer] {
  const joined = Buffer.alloc(raw.length);
  let length = 0;
  let at = 0;
  while (at < raw.length) {
    const lineEnd = raw.subarray(0, at + LONGEST_SIZE_LINE).indexOf('\n', at);
    const [, digits] = /^([0-9a-f]{1,8})\s*$/i.exec(raw.toString('latin1', at, lineEnd)) ?? [];
    if (lineEnd < 0 || digits === undefined) return [raw, Buffer.alloc(0)];
    const size = Number.parseInt(digits, 16);
    at = lineEnd + 1;
    if (size === 0) break;
    length += raw.copy(joined, length, at, at + size);
    at += size;
    if (raw[at] === CARRIAGE_RETURN) at += 1;
    if (raw[at] === LINE_FEED) at += 1;
  }
  const after = raw.subarray(at);
  return [
    joined.subarray(0, length),
    /^\r?\n?$/.test(after.toString('latin1', 0, 3)) ? Buffer.alloc(0) : after,
  ];
}
