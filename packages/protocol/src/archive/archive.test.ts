import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import yauzl from 'yauzl';
import { ArchiveError } from '../contents/archive-error.js';
import { type ArchiveEntry, pack, unpack } from '../contents/packed-content.js';
import { centralHeader, endRecords } from './archive-layout.js';
import { type ReadBounds, readArchive } from './archive-reader.js';
import { writeArchive } from './archive-writer.js';

const BOUNDS: ReadBounds = { maximumEntryBytes: 1_000_000, maximumEntries: 100_000 };

describe('an archive', () => {
  it('returns names and bytes in order, however the stream is split', async () => {
    const content = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.nat(40_000).map((n) => Buffer.alloc(n, 'ab')),
    );
    const files = fc.array(fc.tuple(fc.string({ unit: 'grapheme', minLength: 1 }), content), {
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(files, fc.integer({ min: 1, max: 5000 }), async (input, step) => {
        const archive = await written(input);
        const read = await entriesOf(cut(archive, step));
        expect(read.map(({ name }) => name)).toEqual(input.map(([name]) => name));
        for (const [index, entry] of read.entries()) {
          expect(unpack(entry).equals((input[index] as [string, Uint8Array])[1])).toBe(true);
        }
      }),
    );
  });

  it('opens with an independent reader, which checks sizes and CRC', async () => {
    const input: [string, Uint8Array][] = [
      ['tests/ünï/日本.json', Buffer.from('{"a": 1}')],
      ['large.json', Buffer.alloc(200_000, '{"text": "again"} ')],
      ['empty', new Uint8Array(0)],
    ];
    const zip = await yauzl.fromBufferPromise(await written(input));
    const read: [string, Uint8Array][] = [];
    for await (const entry of zip.eachEntry()) {
      read.push([entry.fileName, await buffer(await zip.openReadStreamPromise(entry))]);
    }
    expect(read.map(([name, bytes]) => [name, Buffer.from(bytes).toString()])).toEqual(
      input.map(([name, bytes]) => [name, Buffer.from(bytes).toString()]),
    );
  });

  it('of more than 65,535 entries opens with an independent reader and with readArchive', async () => {
    const entry = pack(Buffer.from('x'));
    const archive = await buffer(
      writeArchive(Array.from({ length: 65_536 }, (_, n): ArchiveEntry => ({ ...entry, name: `${n}` }))),
    );
    const zip = await yauzl.fromBufferPromise(archive);
    expect(zip.entryCount).toBe(65_536);
    expect(await entriesOf([archive])).toHaveLength(65_536);
  });

  it('is the same for the same contents', async () => {
    const input: [string, Uint8Array][] = [['a', Buffer.from('b')]];
    expect((await written(input)).equals(await written(input))).toBe(true);
  });
});

describe('readArchive', () => {
  const input: [string, Uint8Array][] = [
    ['a', Buffer.from('first')],
    ['b', Buffer.alloc(100, 'second')],
    ['c', new Uint8Array(0)],
  ];

  it('returns the complete entries of an archive cut at any byte, and then throws', async () => {
    const archive = await written(input);
    const ends = await entryEnds(input);
    for (let length = 0; length < archive.byteLength; length++) {
      const read: ArchiveEntry[] = [];
      const reading = collect([archive.subarray(0, length)], BOUNDS, read);
      await expect(reading, `cut at ${length}`).rejects.toThrow('ended early');
      expect(read.length, `cut at ${length}`).toBe(ends.filter((end) => end <= length).length);
    }
  });

  it('reads an archive of another writer: stored entries, extra fields, comments, no UTF-8 flag', async () => {
    const read = await entriesOf([archiveOfAnotherWriter()]);
    expect(read.map((entry) => [entry.name, unpack(entry).toString()])).toEqual([['hello.txt', 'hello']]);
  });

  it.each([
    ['an encrypted entry', 6, 1, /encrypted/],
    ['a data descriptor', 6, 8, /in the local header/],
    ['an unknown method', 8, 12, /method 12/],
    ['more packed bytes than its content can have', 18, 200, /claims 200 packed bytes/],
    ['no signature', 0, 0, /not a zip/],
  ])('refuses %s', async (_, position, value, message) => {
    const archive = await written(input);
    archive.writeUInt16LE(value, position);
    await expect(entriesOf([archive])).rejects.toThrow(message);
  });

  it('refuses an entry above the bound before reading its bytes', async () => {
    const archive = await written([['big', Buffer.alloc(11)]]);
    const bounds = { ...BOUNDS, maximumEntryBytes: 10 };
    await expect(collect([archive.subarray(0, 40)], bounds, [])).rejects.toThrow(/at most 10/);
  });

  it('refuses more entries than the bound', async () => {
    const read: ArchiveEntry[] = [];
    const bounds = { ...BOUNDS, maximumEntries: 2 };
    await expect(collect([await written(input)], bounds, read)).rejects.toThrow(/more than 2/);
    expect(read).toHaveLength(2);
  });

  it('refuses a directory that lists other entries, and bytes after the end', async () => {
    const archive = await written(input);
    const other = Buffer.concat([archive.subarray(0, 36), archive]);
    await expect(entriesOf([other])).rejects.toThrow(ArchiveError);
    await expect(entriesOf([archive, Buffer.from('x')])).rejects.toThrow(/followed by/);
    const directoryOnly = archive.subarray(Math.max(...(await entryEnds(input))));
    await expect(entriesOf([directoryOnly])).rejects.toThrow(/directory/);
  });

  it('rethrows errors of the source', async () => {
    const failure = new Error('connection reset');
    async function* source() {
      yield (await written(input)).subarray(0, 10);
      throw failure;
    }
    await expect(collect(source(), BOUNDS, [])).rejects.toBe(failure);
  });

  it('closes the source when the reader stops early', async () => {
    let closed = false;
    async function* source() {
      try {
        yield await written(input);
        yield Buffer.alloc(1);
      } finally {
        closed = true;
      }
    }
    for await (const _ of readArchive(source(), BOUNDS)) break;
    expect(closed).toBe(true);
  });

  it('returns entries or throws an ArchiveError for any damage', async () => {
    const archive = await written(input);
    await fc.assert(
      fc.asyncProperty(fc.nat(archive.byteLength - 1), fc.nat(255), async (position, value) => {
        const damaged = Buffer.from(archive);
        damaged[position] = value;
        const reading = entriesOf([damaged]);
        await reading.catch((error) => expect(error).toBeInstanceOf(ArchiveError));
      }),
    );
  });
});

describe('above 4 GiB', () => {
  it('a directory record carries its offset in the zip64 field', () => {
    const offset = 5 * 2 ** 32 + 7;
    const header = centralHeader(Buffer.from('n'), pack(Buffer.from('x')), 1, offset);
    expect(header.readUInt32LE(42)).toBe(0xffffffff);
    expect(header.readUInt16LE(30)).toBe(12);
    expect(header.readUInt16LE(47)).toBe(1);
    expect(header.readUInt16LE(49)).toBe(8);
    expect(header.readBigUInt64LE(51)).toBe(BigInt(offset));
  });

  it('the end has zip64 records with the true values', () => {
    const end = endRecords({ entries: 3, size: 150, offset: 2 ** 32 });
    expect(end.byteLength).toBe(56 + 20 + 22);
    expect(end.readBigUInt64LE(24)).toBe(3n);
    expect(end.readBigUInt64LE(40)).toBe(150n);
    expect(end.readBigUInt64LE(48)).toBe(2n ** 32n);
    expect(end.readBigUInt64LE(56 + 8)).toBe(2n ** 32n + 150n);
    expect(end.readUInt32LE(76 + 16)).toBe(0xffffffff);
    expect(endRecords({ entries: 3, size: 150, offset: 400 }).byteLength).toBe(22);
  });
});

async function written(files: [string, Uint8Array][]): Promise<Buffer> {
  return buffer(writeArchive(files.map(([name, bytes]): ArchiveEntry => ({ ...pack(bytes), name }))));
}

/** The position after each entry: archives of fewer entries have their directory there. */
async function entryEnds(files: [string, Uint8Array][]): Promise<number[]> {
  const ends: number[] = [];
  for (let count = 1; count <= files.length; count++) {
    const archive = await written(files.slice(0, count));
    ends.push(archive.readUInt32LE(archive.byteLength - 6));
  }
  return ends;
}

function cut(bytes: Buffer, step: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let start = 0; start < bytes.byteLength; start += step)
    parts.push(bytes.subarray(start, start + step));
  return parts;
}

async function collect(
  source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  bounds: ReadBounds,
  into: ArchiveEntry[],
): Promise<void> {
  async function* stream() {
    yield* source;
  }
  for await (const entry of readArchive(stream(), bounds)) into.push(entry);
}

async function entriesOf(source: Iterable<Uint8Array>): Promise<ArchiveEntry[]> {
  const read: ArchiveEntry[] = [];
  await collect(source, BOUNDS, read);
  return read;
}

/** An archive of Python's zipfile (stored), with an extra field and comments on entry and archive. */
function archiveOfAnotherWriter(): Buffer {
  return Buffer.from(
    'UEsDBBQAAAAAAAAAIQCGphA2BQAAAAUAAAAJAAUAaGVsbG8udHh0mZkBAHhoZWxsb1BLAQIUAxQAAAAAAAAAIQCGphA2BQAAAAUAAAAJAAUABQAAAAAAAACAAQAAAABoZWxsby50eHSZmQEAeGVudHJ5UEsFBgAAAAABAAEAQQAAADEAAAAHAGFyY2hpdmU=',
    'base64',
  );
}
