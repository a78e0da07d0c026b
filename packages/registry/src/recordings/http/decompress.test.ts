import { createHash } from 'node:crypto';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { binaryOf } from '../documents/binary.js';
import { MAXIMUM_READ_BYTES } from '../documents/document.js';
import { decompress, decompressionBudget } from './decompress.js';
import { httpCalls } from './http-call.js';

const KIB = 1024;
/** Text that gzip shrinks by half. */
const hexadecimal = (size: number) => {
  const seeds = Array.from({ length: size / 64 }, (_, index) =>
    createHash('sha256').update(`${index}`).digest('hex'),
  );
  return Buffer.from(seeds.join(''));
};

/** A block of zstd that repeats one byte. */
const RUN_OF_128_KIB = [0x02, 0, 0x10, 0x61];

/** The last block is marked as such. */
function zstdFrame(...blocks: number[][]): Buffer {
  const [first = 0, ...rest] = blocks.at(-1) ?? [];
  const start = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58];
  return Buffer.from([...start, ...blocks.slice(0, -1).flat(), first | 1, ...rest]);
}

describe('decompress', () => {
  test('takes the output from the budget', () => {
    const budget = decompressionBudget();
    expect(decompress(gzipSync(hexadecimal(100 * KIB)), null, budget)).toEqual(hexadecimal(100 * KIB));
    expect(budget.bytes).toBe(MAXIMUM_READ_BYTES - 100 * KIB);
  });

  test('writes no more than the budget', () => {
    const bytes = gzipSync(hexadecimal(10 * KIB));
    expect(decompress(bytes, null, { bytes: 10 * KIB })).toHaveLength(10 * KIB);
    expect(decompress(bytes, null, { bytes: 10 * KIB - 1 })).toBeNull();
    expect(decompress(bytes, null, { bytes: 0 })).toBeNull();
  });

  test('refuses what expands more than 256 times, and takes what the attempt wrote', () => {
    const zeros = Buffer.alloc(8 * 1024 * KIB);
    const bodies: [Buffer, string | null][] = [
      [gzipSync(zeros), null],
      [brotliCompressSync(zeros), 'br'],
      [zstdFrame(...Array.from({ length: 64 }, () => RUN_OF_128_KIB)), null],
    ];
    for (const [bytes, encoding] of bodies) {
      const budget = decompressionBudget();
      expect(decompress(bytes, encoding, budget)).toBeNull();
      const written = MAXIMUM_READ_BYTES - budget.bytes;
      expect(written).toBe(256 * bytes.length + 64 * KIB);
    }
  });

  test('takes what a damaged body may have written', () => {
    const damaged = gzipSync(hexadecimal(100 * KIB));
    damaged.writeUInt32LE(0, damaged.length - 8);
    const budget = decompressionBudget();
    expect(decompress(damaged, null, budget)).toBeNull();
    expect(budget.bytes).toBeLessThan(MAXIMUM_READ_BYTES - 100 * KIB);
  });

  test('reads zstd', () => {
    const budget = decompressionBudget();
    expect(decompress(zstdFrame(RUN_OF_128_KIB), null, { bytes: 200 * KIB })).toBeNull();
    expect([...(decompress(zstdFrame([0x18, 0, 0, 1, 2, 3]), null, budget) ?? [])]).toEqual([1, 2, 3]);
  });

  test('ends at a sequence that zstd does not allow', () => {
    // One block that asks for 98,047 matches of 65,539 bytes each.
    const block = [0x00, 0xff, 0xff, 0xff, 0x54, 0, 0, 52, 0x01];
    const frame = zstdFrame([(block.length << 3) | 4, 0, 0, ...block]);
    expect(decompress(frame, null, decompressionBudget())).toBeNull();
  });
});

test('the bodies of a file share one budget', () => {
  const size = 1024 * KIB;
  const body = binaryOf(gzipSync(hexadecimal(size)));
  const exchange = {
    method: 'POST',
    url: 'https://a.example/',
    requestHeaders: null,
    requestBody: null,
    status: 200,
    responseHeaders: null,
    responseBody: body,
  };
  const calls = [...httpCalls(Array.from({ length: 40 }, () => exchange))];
  const texts = calls.flatMap(({ response }) =>
    typeof response.body === 'string' ? response.body.length : [],
  );
  expect(texts).toEqual(Array.from({ length: MAXIMUM_READ_BYTES / size }, () => size));
  expect(calls.at(-1)?.response.body).toEqual(body);
});
