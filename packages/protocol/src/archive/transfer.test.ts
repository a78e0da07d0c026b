import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import yauzl from 'yauzl';
import { type Block, contentIn, packBlock, unpackBlock } from '../blocks/block.js';
import { planBlocks } from '../blocks/plan-blocks.js';
import { ArchiveError } from '../contents/archive-error.js';
import { type ArchiveEntry, pack, store, unpack } from '../contents/packed-content.js';
import { LIMITS } from '../limits.js';
import { digestOf } from '../names/digest.js';
import { writeArchive } from './archive-writer.js';
import { BlockNames, readTransfer, type Transferred } from './transfer.js';

const member = (text: string, path?: string) => {
  const bytes = Buffer.from(text);
  return { digest: digestOf(bytes), bytes, ...(path !== undefined && { path }) };
};

describe('a transfer', () => {
  it('returns any contents, whatever the plan of blocks', async () => {
    const sizes = fc.oneof(fc.nat(2_000), fc.integer({ min: 60_000, max: 70_000 }), fc.constant(300_000));
    await fc.assert(
      fc.asyncProperty(fc.array(sizes, { maxLength: 40 }), async (wanted) => {
        const contents = wanted.map((size, index) => ({
          ...member(`${index} ${'x'.repeat(size)}`),
          name: `recordings/${index}.json`,
        }));
        const planned = planBlocks(contents.map((content) => ({ ...content, size: content.bytes.length })));
        const names = new BlockNames();
        const archive = writeArchive(planned.flatMap((group) => names.entriesOf(packBlock(group), pack)));
        const found = new Map((await read(archive)).flatMap(contentsOf));
        expect([...found.keys()].sort()).toEqual(contents.map(({ digest }) => digest).sort());
        for (const { digest, bytes } of contents) expect(found.get(digest)?.equals(bytes)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('carries addresses instead of blocks only to clients that accept them', async () => {
    const address = 'https://storage.example.com/bucket/key?signature=secret';
    const { bytes, ...block } = packBlock([member('one'), member('two')]);
    const names = new BlockNames();
    const told = names.entriesOfAddress({ ...block, address });
    const alone = { name: digestOf(Buffer.from('x')), ...pack(Buffer.from('x')) };
    const archive = () => writeArchive([...told, alone]);
    const bounds = { maximumEntries: 10, gaps: false };
    const found = [];
    for await (const each of readTransfer(archive(), { ...bounds, addresses: true })) found.push(each);
    expect(found[0]).toMatchObject({ kind: 'address', address, block });
    expect(found.map(({ kind }) => kind)).toEqual(['address', 'content']);
    const refused = buffer(
      (async function* () {
        for await (const { kind } of readTransfer(archive(), bounds)) yield Buffer.from(kind);
      })(),
    );
    await expect(refused).rejects.toThrow(ArchiveError);
    const [list, where] = names.entriesOfAddress({ ...block, address: 'x'.repeat(LIMITS.addressBytes + 1) });
    const endless = readTransfer(writeArchive([list, where]), { ...bounds, addresses: true });
    await expect(endless.next()).rejects.toThrow('at most 8192 are accepted');
  });

  it('carries both blocks and contents, and the paths of the sender', async () => {
    const block = packBlock([member('one', 'recordings/one.json'), member('two')]);
    const alone = member('alone');
    const archive = writeArchive([
      ...new BlockNames().entriesOf(block),
      { name: alone.digest, ...pack(alone.bytes) },
    ]);
    const [first, second] = await read(archive);
    expect(first).toMatchObject({
      kind: 'block',
      block: {
        rawSize: 6,
        members: [
          { digest: member('one').digest, size: 3, start: 0, path: 'recordings/one.json' },
          { digest: member('two').digest, size: 3, start: 3 },
        ],
      },
    });
    expect(second).toMatchObject({ kind: 'content', entry: { name: alone.digest } });
  });

  it('can be opened by any zip tool, and its blocks by any brotli', async () => {
    const texts = ['hello '.repeat(100), 'hello, you '.repeat(100)];
    const archive = await buffer(
      writeArchive(new BlockNames().entriesOf(packBlock(texts.map((t) => member(t))))),
    );
    const zip = await yauzl.fromBufferPromise(archive);
    const found = new Map<string, Buffer>();
    for await (const entry of zip.eachEntry()) {
      found.set(entry.fileName, await buffer(await zip.openReadStreamPromise(entry)));
    }
    expect([...found.keys()]).toEqual(['1.json', '1.br']);
    expect(brotliDecompressSync(found.get('1.br') as Buffer).toString()).toBe(texts.join(''));
    expect(JSON.parse(String(found.get('1.json')))).toEqual({
      members: texts.map((text) => ({ digest: digestOf(Buffer.from(text)), size: text.length })),
    });
  });

  it('writes gaps, and reads them only from a registry', async () => {
    const block = packBlock([member('gone'), member('here'), member('gone too')]);
    const [, here] = block.members;
    const members = [{ digest: null, size: 4 }, here as Block['members'][0], { digest: null, size: 8 }];
    const archive = await buffer(writeArchive(new BlockNames().entriesOf({ ...block, members })));
    const [found] = await read([archive], true);
    expect(contentsOf(found as Transferred)).toEqual([[digestOf(Buffer.from('here')), Buffer.from('here')]]);
    await expect(read([archive], false)).rejects.toThrow(/named by the sha256/);
  });
});

describe('a transfer is refused', () => {
  const bytes = Buffer.from('x'.repeat(100));
  const digest = digestOf(bytes);
  const list = (members: unknown) => ({ name: '1.json', ...pack(Buffer.from(JSON.stringify({ members }))) });
  const body = (name = '1.raw'): ArchiveEntry => ({ name, ...store(bytes) });
  const many = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ digest: digestOf(Buffer.from(`${n}`)), size: 0 }));

  it.each<[string, ArchiveEntry[], RegExp]>([
    ['a block without its list', [body()], /comes without its list/],
    ['a list without its block', [list([{ digest, size: 100 }])], /not followed by its block/],
    [
      'a list before another block',
      [list([{ digest, size: 100 }]), body('2.raw')],
      /not followed by its block/,
    ],
    ['two lists', [list([{ digest, size: 100 }]), list([]), body()], /not followed by its block/],
    ['a list that is no JSON', [{ name: '1.json', ...pack(Buffer.from('{')) }, body()], /not JSON/],
    ['a list without members', [{ name: '1.json', ...pack(Buffer.from('{}')) }, body()], /no members/],
    ['no members', [list([]), body()], /lists no members/],
    ['a member that is nothing', [list([null]), body()], /no size/],
    ['a member without a size', [list([{ digest }]), body()], /no size/],
    ['a size below zero', [list([{ digest, size: -1 }]), body()], /no size/],
    ['half a byte', [list([{ digest, size: 0.5 }]), body()], /no size/],
    ['a digest in upper case', [list([{ digest: digest.toUpperCase(), size: 100 }]), body()], /lower-case/],
    [
      'a member twice',
      [
        list([
          { digest, size: 50 },
          { digest, size: 50 },
        ]),
        body(),
      ],
      /twice/,
    ],
    ['a path that is a number', [list([{ digest, size: 100, path: 7 }]), body()], /no text/],
    ['too many members', [list(many(LIMITS.blockMembers + 1)), body()], /at most 1000/],
    [
      'members of more than 4 MiB together',
      [
        list([
          { digest, size: 1 },
          { digest: digestOf(Buffer.alloc(1)), size: LIMITS.blockBytes },
        ]),
        body(),
      ],
      /may have 4194304 bytes/,
    ],
    [
      'a member of more than a recording',
      [list([{ digest, size: LIMITS.recordingBytes + 1 }]), body()],
      /may have/,
    ],
    [
      'far more packed bytes than unpacked ones',
      [list([{ digest, size: 1 }]), body()],
      /has 100 bytes; at most 66/,
    ],
  ])('for %s', async (_, entries, reason) => {
    const reading = read(writeArchive(entries));
    await expect(reading).rejects.toBeInstanceOf(ArchiveError);
    await expect(reading).rejects.toThrow(reason);
  });

  it('for a list above the limit, before its bytes are read', async () => {
    const archive = await buffer(
      writeArchive([{ name: '1.json', ...store(Buffer.alloc(LIMITS.blockListBytes + 1, ' ')) }]),
    );
    await expect(read([archive.subarray(0, 200)])).rejects.toThrow(/at most 4194304/);
  });

  it('or is correct, whatever byte is changed', async () => {
    const block = packBlock(['first', 'second '.repeat(30), 'third'].map((text) => member(text)));
    const archive = await buffer(writeArchive(new BlockNames().entriesOf(block, pack)));
    const before = new Map(contentsOf({ kind: 'block', block }));
    await fc.assert(
      fc.asyncProperty(fc.nat(archive.length - 1), fc.nat(255), async (position, value) => {
        const damaged = Buffer.from(archive);
        damaged[position] = value;
        try {
          for (const [named, content] of (await read([damaged])).flatMap(contentsOf)) {
            if (digestOf(content) === named) expect(before.get(named)).toEqual(content);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(ArchiveError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

async function read(
  archive: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  gaps = false,
): Promise<Transferred[]> {
  async function* source() {
    yield* archive;
  }
  const found: Transferred[] = [];
  for await (const each of readTransfer(source(), { maximumEntries: 1_000, gaps })) found.push(each);
  return found;
}

function contentsOf(transferred: Transferred): [string, Buffer][] {
  if (transferred.kind === 'content') return [[transferred.entry.name, unpack(transferred.entry)]];
  const raw = unpackBlock(transferred.block);
  return transferred.block.members.map((each) => [each.digest, contentIn(raw, each)]);
}
