import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAXIMUM_READ_BYTES } from './document.js';
import { openDocument } from './open-document.js';

describe('openDocument', () => {
  test('skips a byte order mark', () => {
    expect(openDocument(Buffer.from('\ufeff{"a": 1}'))).toMatchObject({ value: { a: 1 }, text: '{"a": 1}' });
  });

  test('parses up to 32 MiB', () => {
    const largest = Buffer.alloc(MAXIMUM_READ_BYTES, ' ');
    largest.write('1');
    expect(openDocument(largest)).toHaveProperty('value', 1);
    expect(openDocument(Buffer.concat([largest, Buffer.from(' ')]))).toEqual({
      problem: 'larger than 32 MiB: stored but not parsed',
    });
  });

  test('decompresses gzip to at most 128 times its size', () => {
    const zipped = (text: string) => openDocument(gzipSync(text));
    expect(zipped('{"a": 1}')).toMatchObject({ value: { a: 1 }, isCompressed: true });
    expect(zipped(`{"a": 1}${' '.repeat(1024 * 1024)}`)).toEqual({
      problem: 'larger than 128 times its size after decompression: stored but not parsed',
    });
    expect(openDocument(gzipSync('{"a": 1}').subarray(0, 15))).toEqual({
      problem: 'damaged gzip: stored but not parsed',
    });
  });

  test('reports the line, column and byte of a syntax error', () => {
    expect(openDocument(Buffer.from('{\n  "é😀": x}'))).toEqual({
      problem: 'not JSON: found "x", expected a value, line 2, column 9 (byte 14)',
    });
    expect(openDocument(Buffer.from('\ufeffx'))).toHaveProperty(
      'problem',
      expect.stringMatching(/byte 3\)$/),
    );
  });

  test('reports the first byte that is not UTF-8', () => {
    const broken = fc.constantFrom(
      [0xff],
      [0xc3],
      [0xe4, 0xb8],
      [0xf0, 0x9f, 0x98],
      [0xef, 0xbf],
      [0x80],
      [0xed, 0xa0, 0x80],
    );
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        broken,
        fc.string(),
        fc.boolean(),
        (before, bytes, after, mark) => {
          const start = Buffer.from(`${mark ? '\ufeff' : ''}"${before}`);
          const content = Buffer.concat([start, Buffer.from(bytes), Buffer.from(`"${after}`)]);
          expect(openDocument(content)).toEqual({
            problem: `not valid UTF-8 at byte ${start.length}: stored but not parsed`,
          });
        },
      ),
    );
  });

  test('parses a view into a larger buffer', () => {
    const bytes = new Uint8Array(Buffer.from('xx{"a": 2}xx')).subarray(2, 10);
    expect(openDocument(bytes)).toHaveProperty('value', { a: 2 });
  });
});
