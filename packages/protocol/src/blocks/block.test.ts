import { brotliCompressSync, brotliDecompressSync, constants, deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArchiveError } from '../contents/archive-error.js';
import { type Codec, unpackBytes, unpackBytesAsync } from '../contents/codec.js';
import { joined } from '../contents/packed-content.js';
import { digestOf } from '../names/digest.js';
import { type Block, contentIn, packBlock, packBlockAsync, unpackBlock } from './block.js';

const newMember = (bytes: Uint8Array) => ({ digest: digestOf(bytes), bytes });
const contents = fc.uniqueArray(fc.uint8Array({ maxLength: 400 }), {
  minLength: 1,
  maxLength: 12,
  selector: (bytes) => digestOf(bytes),
});

describe('a block', () => {
  it('returns the packed contents, synchronously and in the thread pool', async () => {
    await fc.assert(
      fc.asyncProperty(contents, async (input) => {
        for (const block of [packBlock(input.map(newMember)), await packBlockAsync(input.map(newMember))]) {
          expect(contentsOf(block)).toEqual(input.map((bytes) => Buffer.from(bytes)));
          const raw = await unpackBytesAsync(block.codec, joined(block.bytes), block.rawSize);
          expect(raw).toEqual(Buffer.concat(input));
        }
      }),
    );
  });

  it('stores common parts of its contents once', () => {
    const shared = Buffer.from(Array.from({ length: 4_000 }, (_, n) => (n * n * 31) % 251));
    const one = packBlock([newMember(Buffer.concat([shared, Buffer.from('1')]))]);
    const many = packBlock(
      Array.from({ length: 20 }, (_, n) => newMember(Buffer.concat([shared, Buffer.from(`${n}`)]))),
    );
    expect(sizeOf(many)).toBeLessThan(sizeOf(one) * 2);
  });

  it('is one brotli stream, or its raw bytes if they are smaller', () => {
    const text = Buffer.from('to be or not to be '.repeat(100));
    const block = packBlock([newMember(text), newMember(Buffer.from('b'))]);
    expect(block.codec).toBe('brotli');
    expect(brotliDecompressSync(joined(block.bytes)).toString()).toBe(`${text}b`);
    expect(packBlock([newMember(Buffer.from('ab'))]).codec).toBe('raw');
    expect(packBlock([newMember(Buffer.alloc(0))])).toMatchObject({ codec: 'raw', rawSize: 0 });
  });

  it('with any byte changed throws or returns the same contents', () => {
    const block = packBlock(
      ['first', 'second '.repeat(40), 'third'].map((text) => newMember(Buffer.from(text))),
    );
    const packed = Buffer.from(joined(block.bytes));
    const held = contentsOf(block);
    fc.assert(
      fc.property(fc.nat(packed.length - 1), fc.integer({ min: 1, max: 255 }), (position, change) => {
        const damaged = Buffer.from(packed);
        damaged[position] = (damaged[position] as number) ^ change;
        let raw: Buffer;
        try {
          raw = unpackBlock({ ...block, bytes: [damaged] });
        } catch (error) {
          expect(error).toBeInstanceOf(ArchiveError);
          return;
        }
        expect(raw).toHaveLength(block.rawSize);
        const same = block.members.filter((member) => digestOf(contentIn(raw, member)) === member.digest);
        for (const member of same) {
          expect(contentIn(raw, member)).toEqual(held[block.members.indexOf(member)]);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe.each(['brotli', 'deflate'] as const)('unpacking %s refuses', (codec) => {
  const compress = (bytes: Uint8Array) =>
    codec === 'brotli' ? brotliCompressSync(bytes) : deflateRawSync(bytes);
  const text = Buffer.from('so on and so on '.repeat(50));
  const both: [string, (c: Codec, packed: Uint8Array, size: number) => unknown][] = [
    ['synchronously', (...all) => Promise.resolve().then(() => unpackBytes(...all))],
    ['in the thread pool', unpackBytesAsync],
  ];

  it.each(both)('a decompression bomb, without producing its bytes, %s', async (_, unpackIt) => {
    const bomb = compress(Buffer.alloc(50_000_000));
    await expect(unpackIt(codec, bomb, 10)).rejects.toThrow(/more than its 10 bytes/);
    await expect(unpackIt(codec, bomb, 0)).rejects.toThrow(ArchiveError);
  });

  it.each(both)('bytes after the stream, %s', async (_, unpackIt) => {
    const followed = Buffer.concat([compress(text), Buffer.from('junk')]);
    await expect(unpackIt(codec, followed, text.length)).rejects.toThrow(/followed by 4 other bytes/);
    const twice = Buffer.concat([compress(text), compress(text)]);
    await expect(unpackIt(codec, twice, text.length)).rejects.toThrow(/followed by/);
    const nothing = Buffer.concat([compress(Buffer.alloc(0)), Buffer.from('junk')]);
    await expect(unpackIt(codec, nothing, 0)).rejects.toThrow(/followed by/);
  });

  it.each(both)('fewer bytes than its size, or only a part of the stream, %s', async (_, unpackIt) => {
    await expect(unpackIt(codec, compress(text), text.length + 1)).rejects.toThrow(/bytes instead of/);
    await expect(unpackIt(codec, compress(text).subarray(0, -1), text.length)).rejects.toThrow(ArchiveError);
    await expect(unpackIt(codec, Buffer.alloc(0), 0)).rejects.toThrow(ArchiveError);
  });
});

it('refuses a brotli stream with a window above 16 MiB', () => {
  const text = Buffer.alloc(100_000, 'window');
  const large = brotliCompressSync(text, {
    params: { [constants.BROTLI_PARAM_LARGE_WINDOW]: 1, [constants.BROTLI_PARAM_LGWIN]: 30 },
  });
  expect(() => unpackBytes('brotli', large, text.length)).toThrow(ArchiveError);
});

function contentsOf(block: Block): Buffer[] {
  const raw = unpackBlock(block);
  return block.members.map((member) => contentIn(raw, member));
}

const sizeOf = (block: Block) => block.bytes.reduce((sum, bytes) => sum + bytes.length, 0);
