import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventStream } from '../../../test/event-frame.js';
import type { JsonValue } from '../../vocabulary/recording.js';
import { binaryOf } from '../documents/binary.js';
import { decodeBody } from './decode-body.js';
import { decompressionBudget } from './decompress.js';

const HELLO = '{"text":"hello hello hello hello"}';
const EVENTS = 'event: a\ndata: {"b":1}\n\n';
const PARSED = { text: 'hello hello hello hello' };
/** The JSON above, compressed with `zstd -19`. */
const ZSTD = 'KLUv/QRovQAAiHsidGV4dCI6ImhlbGxvICJ9AQCZSx0cRw3k';
const IMAGE = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

const decode = (body: JsonValue, encoding?: string) =>
  decodeBody(body, encoding === undefined ? null : { 'content-encoding': [encoding] }, decompressionBudget());

describe('decodeBody', () => {
  test.each<[string, JsonValue, JsonValue, string?]>([
    ['no body', null, null],
    ['JSON text', HELLO, PARSED],
    ['a parsed value', PARSED, PARSED],
    ['plain text', 'hello', 'hello'],
    ['broken JSON', '{"a": ', '{"a": '],
    ['a form', 'a=%7B1%7D&b=2', 'a=%7B1%7D&b=2'],
    ['a JSON scalar', '"a"', '"a"'],
    ['server-sent events', EVENTS, EVENTS],
    ['JSON lines', '{"a":1}\n{"a":2}\n', '{"a":1}\n{"a":2}\n'],
    ['base64 in JSON', '{"image":"H4sIAAAA"}', { image: 'H4sIAAAA' }],
    ['bytes of JSON', binaryOf(Buffer.from(HELLO)), PARSED],
    ['bytes of text', binaryOf(Buffer.from('é')), 'é'],
    ['no bytes', binaryOf(Buffer.alloc(0)), ''],
    ['an image', binaryOf(IMAGE), binaryOf(IMAGE)],
    ['UTF-8 with control characters', binaryOf(Buffer.from('\0\x05ab')), binaryOf(Buffer.from('\0\x05ab'))],
    ['gzip', binaryOf(gzipSync(HELLO)), PARSED],
    ['gzip of events', binaryOf(gzipSync(EVENTS)), EVENTS],
    ['zlib', binaryOf(deflateSync(HELLO)), PARSED],
    ['zstd', { '!!binary': ZSTD }, PARSED],
    ['deflate', binaryOf(deflateRawSync(HELLO)), PARSED, 'deflate'],
    ['brotli', binaryOf(brotliCompressSync(HELLO)), PARSED, 'br'],
    ['brotli without its name', binaryOf(brotliCompressSync(HELLO)), binaryOf(brotliCompressSync(HELLO))],
    ['brotli of an image', binaryOf(brotliCompressSync(IMAGE)), binaryOf(brotliCompressSync(IMAGE)), 'br'],
    ['text that was decompressed', binaryOf(Buffer.from(HELLO)), PARSED, 'br'],
    ['gzip with a wrong name', binaryOf(gzipSync(HELLO)), PARSED, 'br'],
    ['an image with a wrong name', binaryOf(IMAGE), binaryOf(IMAGE), 'gzip'],
    ['gzip twice', binaryOf(gzipSync(gzipSync(HELLO))), PARSED],
    [
      'gzip in brotli',
      binaryOf(brotliCompressSync(gzipSync(HELLO))),
      binaryOf(brotliCompressSync(gzipSync(HELLO))),
      'br',
    ],
    ['brotli in gzip', binaryOf(gzipSync(brotliCompressSync(HELLO))), PARSED, 'br, gzip'],
    ['damaged gzip', binaryOf(gzipSync(HELLO).subarray(0, -9)), binaryOf(gzipSync(HELLO).subarray(0, -9))],
    ['an AWS event stream', binaryOf(eventStream(['a', { b: 1 }])), [{ a: { b: 1 } }]],
    ['gzip of an AWS event stream', binaryOf(gzipSync(eventStream(['a', { b: 1 }]))), [{ a: { b: 1 } }]],
  ])('%s', (_name, body, decoded, encoding) => {
    expect(decode(body, encoding)).toEqual(decoded);
  });

  test('does not decompress a third layer', () => {
    const body = binaryOf(gzipSync(gzipSync(gzipSync(HELLO))));
    expect(decode(body)).toEqual(body);
  });

  test('never throws', () => {
    const start = fc.constantFrom([], [0x1f, 0x8b, 8], [0x78, 0x9c], [0x28, 0xb5, 0x2f, 0xfd], [0, 0, 0, 16]);
    const encoding = fc.constantFrom('gzip', 'br', 'deflate', 'zstd', 'br, gzip', '');
    fc.assert(
      fc.property(start, fc.uint8Array(), encoding, (first, rest, named) => {
        const body = binaryOf(Buffer.concat([Buffer.from(first), rest]));
        const decoded = decode(body, named);
        expect([typeof decoded, decoded]).not.toEqual(['undefined', undefined]);
      }),
    );
  });
});
