import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArchiveError } from './archive-error.js';
import { pack, unpack } from './packed-content.js';

describe('pack and unpack', () => {
  it('return the same bytes, however the packed ones are split', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), fc.nat(2000), (bytes, cut) => {
        const packed = pack(bytes);
        const [whole] = packed.bytes as [Uint8Array];
        expect(Buffer.from(bytes).equals(unpack(packed))).toBe(true);
        const halves = { ...packed, bytes: [whole.subarray(0, cut), whole.subarray(cut)] };
        expect(Buffer.from(bytes).equals(unpack(halves))).toBe(true);
      }),
    );
  });

  it('stores what deflate does not make smaller', () => {
    expect(pack(Buffer.from('ab')).method).toBe('store');
    expect(pack(Buffer.alloc(1000)).method).toBe('deflate');
    expect(pack(new Uint8Array(0))).toEqual({
      size: 0,
      crc32: 0,
      method: 'store',
      bytes: [new Uint8Array(0)],
    });
  });
});

describe('unpack refuses', () => {
  const packed = pack(Buffer.alloc(1000, 'x'));

  it('a decompression bomb, without producing its bytes', () => {
    const bomb = deflateRawSync(Buffer.alloc(50_000_000));
    expect(() => unpack({ ...packed, size: 10, bytes: [bomb] })).toThrow(/more than its 10 bytes/);
    expect(() => unpack({ ...packed, size: 0, bytes: [bomb] })).toThrow(ArchiveError);
  });

  it('fewer bytes than its size', () => {
    expect(() => unpack({ ...packed, size: 1001 })).toThrow(/1000 bytes instead of 1001/);
    expect(() => unpack({ ...pack(Buffer.from('ab')), size: 3 })).toThrow(/2 bytes instead of 3/);
  });

  it('a wrong CRC', () => {
    expect(() => unpack({ ...packed, crc32: packed.crc32 ^ 1 })).toThrow(/CRC/);
  });

  it('bytes after the stream', () => {
    const [whole] = packed.bytes as [Uint8Array];
    const followed = [whole, Buffer.from('junk')];
    expect(() => unpack({ ...packed, bytes: followed })).toThrow(/followed by 4 other bytes/);
  });

  it('bytes that are not a complete deflate stream', () => {
    expect(() => unpack({ ...packed, bytes: [Buffer.from('no deflate')] })).toThrow(ArchiveError);
    const [whole] = packed.bytes as [Uint8Array];
    expect(() => unpack({ ...packed, bytes: [whole.subarray(0, -1)] })).toThrow(ArchiveError);
    expect(() => unpack({ ...packed, bytes: [] })).toThrow(ArchiveError);
  });
});
