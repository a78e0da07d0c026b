import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { brotliCompressSync, crc32, deflateRawSync } from 'node:zlib';
import { pull } from '@fixture-registry/client';
import {
  type ArchiveEntry,
  ArchiveError,
  BlockNames,
  type Codec,
  digestOf,
  pack,
  readArchive,
  unpack,
  writeArchive,
} from '@fixture-registry/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StandInRegistry } from '../../packages/client/test/stand-in-registry.js';
import { makeFolder } from '../support/folder.js';

/*
 * Malicious archives: those that a registry sends to a client that requested two contents, and those that
 * either side reads. The end-to-end tests of archives cover hostile uploads to the registry.
 */

const MAIN = { target: { branch: 'main' } };
const FILES = { 'recordings/a.json': '{"a": 1}', 'recordings/b.json': '{"b": 2}' };
const A = Buffer.from(FILES['recordings/a.json']);
const B = Buffer.from(FILES['recordings/b.json']);
const honest = (bytes: Uint8Array): ArchiveEntry => ({ ...pack(bytes), name: digestOf(bytes) });
const lying = (about: Partial<ArchiveEntry>): ArchiveEntry => ({ ...honest(A), ...about });

/** A valid block with one member, except for the given fields. */
function sentBlock(wish: {
  digests?: string[];
  sizes?: number[];
  codec?: Codec;
  bytes?: Uint8Array;
}): ArchiveEntry[] {
  const { digests = [digestOf(A)], sizes = [A.length], codec = 'raw', bytes = A } = wish;
  const members = digests.map((digest, index) => ({ digest, size: sizes[index] ?? A.length }));
  const rawSize = members.reduce((sum, { size }) => sum + size, 0);
  return new BlockNames().entriesOf({ codec, rawSize, bytes: [bytes], members });
}

const LIES: [what: string, entries: ArchiveEntry[], said: RegExp][] = [
  [
    'bytes that do not match their digest',
    [lying({ ...pack(Buffer.from('{"a": 6}')) })],
    /does not match its digest/,
  ],
  ['a content that was not requested', [honest(Buffer.from('more'))], /not requested/],
  ['a path as the name of a content', [lying({ name: '../../.bashrc' })], /not requested/],
  ['the same content twice', [honest(A), honest(A)], /not requested/],
  ['a content larger than planned', [lying({ ...pack(Buffer.alloc(9, 'x')) })], /at most 8 are accepted/],
  ['a content smaller than planned', [lying({ ...pack(Buffer.alloc(7, 'x')) })], /planned with 8/],
  [
    'a deflate bomb that declares the planned size',
    [lying({ method: 'deflate', bytes: [deflateRawSync(Buffer.alloc(40_000))] })],
    /more than its 8 bytes/,
  ],
  ['a content with a wrong checksum', [lying({ crc32: (crc32(A) ^ 1) >>> 0 })], /CRC does not match/],
  [
    'a content with invalid deflate data',
    [lying({ method: 'deflate', bytes: [Buffer.alloc(8, 0xff)] })],
    /cannot be unpacked/,
  ],
  [
    'a block with a content larger than planned',
    sentBlock({ sizes: [9] }),
    /may have 8 bytes|planned with 8/,
  ],
  ['a block with a content smaller than planned', sentBlock({ sizes: [7] }), /planned with 8/],
  [
    'a block with a Brotli bomb that declares the planned size',
    sentBlock({ codec: 'brotli', bytes: brotliCompressSync(Buffer.alloc(40_000)) }),
    /more than its 8 bytes/,
  ],
  [
    'a block with bytes after its stream',
    sentBlock({ codec: 'brotli', bytes: Buffer.concat([brotliCompressSync(A), Buffer.from('junk')]) }),
    /followed by 4 other bytes/,
  ],
  [
    'a block with bytes that do not match their digest',
    sentBlock({ bytes: Buffer.alloc(8, 'z') }),
    /does not match its digest/,
  ],
  ['a block that was not requested', sentBlock({ digests: ['b'.repeat(64)] }), /not requested/],
  ['half of a block', sentBlock({ bytes: A.subarray(0, 4) }), /has 4 bytes instead of 8/],
  ['a member list without its block', sentBlock({}).slice(0, 1), /not followed by its block/],
  ['a block without its member list', sentBlock({}).slice(1), /comes without its list/],
];

describe('a malicious registry', () => {
  it.each(LIES)('sends %s, and the pull fails without writing it', async (_what, entries, said) => {
    await using registry = await StandInRegistry.start();
    await using folder = await makeFolder();
    registry.hold('main', FILES);
    registry.fault = async ({ url, json }, response) => {
      if (url === '/graphql') return false;
      // Every later download request gets the same entries.
      expect(json.digests?.length).toBeGreaterThan(0);
      response.end(await buffer(writeArchive(entries)));
      return true;
    };
    const pulling = pull(registry.connection, { directory: folder.path, ...MAIN });
    await expect(pulling).rejects.toMatchObject({ code: 'SERVER', message: expect.stringMatching(said) });
    for (const [path, bytes] of await folder.files()) {
      expect(bytes.toString()).toBe(FILES[path as keyof typeof FILES]);
    }
  });

  it('plans 1 byte and sends 50 MiB, and the pull fails without writing anything', async () => {
    await using registry = await StandInRegistry.start();
    await using folder = await makeFolder();
    registry.hold('main', { 'recordings/a.json': Buffer.alloc(50 << 20) });
    registry.editPlan = (plan) => {
      for (const file of plan['files'] as { size: number }[]) file.size = 1;
    };
    const pulling = pull(registry.connection, { directory: folder.path, ...MAIN });
    await expect(pulling).rejects.toThrow(/may have 1 bytes, unpacked; this one has more/);
    expect((await folder.files()).size).toBe(0);
  });

  it('sends endless bytes after a valid archive, and the client writes every recording and stops reading', async () => {
    await using registry = await StandInRegistry.start();
    await using folder = await makeFolder();
    registry.hold('main', FILES);
    let sent = 0;
    registry.fault = async ({ url }, response) => {
      if (url === '/graphql') return false;
      response.write(await buffer(writeArchive([honest(A), honest(B)])));
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(64 * 1024))) sent += 64 * 1024;
      };
      response.on('drain', more);
      more();
      return true;
    };
    await pull(registry.connection, { directory: folder.path, ...MAIN });
    expect((await folder.files()).size).toBe(2);
    expect(sent).toBeLessThan(64 << 20);
  });
});

const BOUNDS = { maximumEntryBytes: 1 << 20, maximumEntries: 100 };
const good = await buffer(writeArchive([honest(A), honest(B)]));
// The offset of the central directory, from the end record.
const directoryAt = good.readUInt32LE(good.length - 6);

/** Reads an archive to its end. Returns the contents that match their digest, by digest. */
async function contentsOf(source: AsyncIterable<Uint8Array>): Promise<Map<string, Buffer>> {
  const contents = new Map<string, Buffer>();
  for await (const entry of readArchive(source, BOUNDS)) {
    try {
      const bytes = unpack(entry);
      if (digestOf(bytes) === entry.name) contents.set(entry.name, bytes);
    } catch (error) {
      expect(error).toBeInstanceOf(ArchiveError);
    }
  }
  return contents;
}

/** Yields the parts, and then the last one again and again. */
async function* endless(...parts: Buffer[]): AsyncGenerator<Uint8Array> {
  const last = parts.pop() as Buffer;
  yield* parts;
  while (true) {
    yield last;
    // Without this pause, a reader that never stops would block the timeout of the test.
    await new Promise(setImmediate);
  }
}

function record(signature: number, length: number, fields: [at: number, value: number][] = []): Buffer {
  const bytes = Buffer.alloc(length);
  bytes.writeUInt32LE(signature, 0);
  for (const [at, value] of fields) bytes.writeUInt16LE(value, at);
  return bytes;
}

describe('malicious archives', () => {
  it.each([
    ['endless entries', [good.subarray(0, directoryAt)], /more than 100 entries/],
    [
      'an endless directory',
      [good.subarray(0, directoryAt), good.subarray(directoryAt, -22)],
      /does not list/,
    ],
    ['endless zip64 records', [good.subarray(0, -22), record(0x06064b50, 12)], /twice/],
    ['endless zip64 locators', [good.subarray(0, -22), record(0x07064b50, 20)], /twice/],
    ['endless bytes after its end', [good, Buffer.alloc(1000)], /followed by other bytes/],
  ])('an archive with %s is rejected, and reading stops', async (_what, parts, said) => {
    await expect(contentsOf(endless(...parts))).rejects.toThrow(said);
  });

  it.each([
    ['a name', 26, /name or extra field of 65535 bytes/],
    ['an extra field', 28, /name or extra field of 65535 bytes/],
  ])('an archive with an entry that has %s of 64 KiB is rejected', async (_what, at, said) => {
    const long = Buffer.from(good);
    long.writeUInt16LE(0xffff, at);
    await expect(contentsOf(endless(long))).rejects.toThrow(said);
  });

  it.each([20, 26, 28])('an archive with a directory field of 64 KiB is rejected (field %i)', async (at) => {
    const long = Buffer.from(good);
    long.writeUInt16LE(0xffff, directoryAt + (at === 20 ? 28 : at + 4));
    await expect(contentsOf(endless(long))).rejects.toThrow(/of 65535 bytes/);
  });

  it('an archive that arrives byte by byte is buffered in few pieces', async () => {
    const bytes = Buffer.alloc(4 << 20, 'x');
    const entry = { ...honest(bytes), method: 'store' as const, bytes: [bytes] };
    const archive = await buffer(writeArchive([entry]));
    async function* drops() {
      for (let at = 0; at < archive.length; at++) yield archive.subarray(at, at + 1);
    }
    let pieces = 0;
    for await (const read of readArchive(drops(), { maximumEntryBytes: 8 << 20, maximumEntries: 1 })) {
      pieces = read.bytes.length;
      expect(digestOf(Buffer.concat(read.bytes))).toBe(entry.name);
    }
    expect(pieces).toBeLessThanOrEqual(64);
  });

  it('a damaged archive never yields a content that does not match its digest', async () => {
    const archive = await buffer(
      writeArchive([honest(A), honest(Buffer.alloc(3000, 'abc ')), honest(Buffer.alloc(0)), honest(B)]),
    );
    const place = fc.nat(archive.length - 1);
    const change = fc.oneof(
      fc.record({
        kind: fc.constant('set' as const),
        at: place,
        bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
      }),
      fc.record({ kind: fc.constant('cut' as const), at: place, length: fc.nat(60) }),
      fc.record({ kind: fc.constant('double' as const), at: place, length: fc.nat(300) }),
      fc.record({ kind: fc.constant('move' as const), at: place, length: fc.nat(120), to: place }),
    );
    type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;
    const apply = (bytes: Buffer, made: Change): Buffer => {
      if (made.kind === 'set') {
        const copy = Buffer.from(bytes);
        copy.set(made.bytes.subarray(0, Math.max(0, copy.length - made.at)), Math.min(made.at, copy.length));
        return copy;
      }
      const part = bytes.subarray(made.at, made.at + made.length);
      const rest = Buffer.concat([bytes.subarray(0, made.at), bytes.subarray(made.at + made.length)]);
      if (made.kind === 'cut') return rest;
      if (made.kind === 'double')
        return Buffer.concat([bytes.subarray(0, made.at), part, bytes.subarray(made.at)]);
      return Buffer.concat([rest.subarray(0, made.to), part, rest.subarray(made.to)]);
    };
    const step = fc.integer({ min: 1, max: 5000 });
    let damaged = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), step, async (changes, size) => {
        const bytes = changes.reduce(apply, archive);
        async function* source() {
          for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
        }
        const contents = await contentsOf(source()).catch((error: Error) => {
          expect(error).toBeInstanceOf(ArchiveError);
          damaged++;
          return new Map<string, Buffer>();
        });
        for (const [name, content] of contents) {
          // Not with digestOf: it is part of the code under test.
          expect(createHash('sha256').update(content).digest('hex')).toBe(name);
          expect(content.length).toBeLessThanOrEqual(BOUNDS.maximumEntryBytes);
        }
      }),
      { numRuns: 1500 },
    );
    expect(damaged).toBeGreaterThan(500);
  });
});
