import { brotliCompressSync, constants } from 'node:zlib';
import { type Block, digestOf, LIMITS } from '@fixture-registry/protocol';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { archiveOfBlocks, blockOf, downloadContents } from '../support/block-archives.js';
import { pushFiles, put, send } from '../support/push-files.js';
import { chance } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { openaiKey } from '../support/sample-keys.js';

const repository = 'acme/hostile-blocks';
const digest = (content: string) => digestOf(Buffer.from(content));

describe.each(['embedded', 'postgres'] as const)('hostile blocks, %s', (database) => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await startRegistry(database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {});
    await pushFiles(registry, { repository, ref: { branch: 'main' }, add: { 'a/recordings/1.json': '{}' } });
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  const good = (name: string) => `"good ${name} ${database}"`;
  /** Sends a block between two valid ones, and expects the registry to store those two in any case. */
  async function sendBetween(name: string, block: Block) {
    const around = [good(`${name} before`), good(`${name} behind`)];
    const [before, behind] = around.map((text) => blockOf([text])) as [Block, Block];
    const receipt = await send(registry, repository, await archiveOfBlocks([before, block, behind]));
    const { contents } = await downloadContents(registry, repository, { digests: around.map(digest) });
    expect([...contents.values()].map(String).sort()).toEqual([...around].sort());
    return receipt;
  }
  const held = async (digests: string[]) =>
    [...(await downloadContents(registry, repository, { digests })).contents.keys()].sort();

  it('a block that unpacks to far more than its list declares is refused, and the other blocks are stored', async () => {
    const bomb = brotliCompressSync(Buffer.alloc(300 << 20), {
      params: { [constants.BROTLI_PARAM_QUALITY]: 4 },
    });
    const block = { ...blockOf(['x'.repeat(100_000)]), codec: 'brotli' as const, bytes: [bomb] };
    const receipt = await sendBetween('bomb', block);
    expect(receipt).toMatchObject({ stored: 2, refused: [{ message: /more than its 100000 bytes/ }] });
  });

  it('a block with bytes hidden after its packed stream is refused, and the other blocks are stored', async () => {
    const block = blockOf(['hidden '.repeat(1_000), 'beside '.repeat(1_000)]);
    const followed = { ...block, bytes: [...block.bytes, Buffer.from('smuggled')] };
    const receipt = await sendBetween('junk', followed);
    expect(receipt.stored).toBe(2);
    expect(receipt.refused).toEqual(
      block.members.map((member) => ({
        digest: member.digest,
        message: expect.stringMatching(/followed by 8/),
      })),
    );
  });

  it.each([
    ['more', 1],
    ['less', -1],
  ])(
    'a block whose members add up to %s than its bytes is refused, and the other blocks are stored',
    async (name, by) => {
      const block = blockOf([`sizes ${name} `.repeat(300), 'second']);
      const members = block.members.map((member, n) => ({
        ...member,
        size: member.size + (n === 0 ? by : 0),
      }));
      const receipt = await sendBetween(`sizes ${name}`, { ...block, members, rawSize: block.rawSize + by });
      expect(receipt.stored).toBe(2);
      expect(receipt.refused).toHaveLength(2);
    },
  );

  it('a block with moved member boundaries is refused, because its members do not match their digests', async () => {
    const block = blockOf(['first member', 'second member']);
    const [first, second] = block.members as [Block['members'][0], Block['members'][0]];
    const moved = [
      { ...first, size: first.size + 3 },
      { ...second, size: second.size - 3 },
    ];
    const receipt = await sendBetween('borders', { ...block, members: moved });
    expect(receipt.stored).toBe(2);
    expect(receipt.refused.map((each) => each.digest).sort()).toEqual([first.digest, second.digest].sort());
  });

  it('a member with a wrong digest is refused, and the block is stored without its bytes', async () => {
    const texts = ['one', 'two', 'three'].map((word) => chance(`wrong digest ${word} ${database}`, 3_000));
    const block = blockOf(texts);
    const members = block.members.map((member, n) =>
      n === 1 ? { ...member, digest: 'a'.repeat(64) } : member,
    );
    const receipt = await sendBetween('wrong digest', { ...block, members });
    expect(receipt).toMatchObject({ stored: 4, refused: [{ digest: 'a'.repeat(64) }] });
    const kept = [texts[0] ?? '', texts[2] ?? ''];
    const { blocks, contents } = await downloadContents(registry, repository, {
      digests: kept.map(digest),
      blocks: true,
    });
    expect([...contents.values()].map(String).sort()).toEqual([...kept].sort());
    expect(blocks.map(({ rawSize }) => rawSize)).toEqual([kept.join('').length]);
    expect(await held(['a'.repeat(64), digest(texts[1] ?? '')])).toEqual([]);
  });

  it('a member with a secret is refused, and the block is stored without its bytes', async () => {
    const key = openaiKey(3);
    const secret = JSON.stringify({ key, said: database });
    const texts = [good('beside a secret'), secret, good('behind a secret')];
    const receipt = await send(registry, repository, await archiveOfBlocks([blockOf(texts)]));
    expect(receipt).toMatchObject({
      stored: 2,
      refused: [{ digest: digest(secret), message: /looks like a secret/, findings: [{ masked: /…/ }] }],
    });
    const kept = [texts[0] ?? '', texts[2] ?? ''];
    const { blocks } = await downloadContents(registry, repository, {
      digests: kept.map(digest),
      blocks: true,
    });
    expect(blocks.map(({ rawSize }) => rawSize)).toEqual([kept.join('').length]);
    expect(await held([digest(secret)])).toEqual([]);
  });

  it('a list with too many members is refused with a reason, and the blocks before it are stored', async () => {
    const before = good('too many');
    const many = blockOf(Array.from({ length: LIMITS.blockMembers + 1 }, (_, n) => `${n} ${database}`));
    const response = await put(registry, repository, await archiveOfBlocks([blockOf([before]), many]));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { code: 'INVALID', message: expect.stringContaining('at most 1000') },
    });
    expect(await held([digest(before)])).toEqual([digest(before)]);
  });

  it('a block of two members that declares more than 4 MiB is refused with a reason', async () => {
    const block = blockOf(['a', 'b']);
    const members = block.members.map((member) => ({ ...member, size: LIMITS.blockBytes }));
    const response = await put(registry, repository, await archiveOfBlocks([{ ...block, members }]));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { message: expect.stringMatching(/may have 4194304 bytes/) },
    });
  });

  it('an upload with a gap in a block is refused, because only the registry can send gaps', async () => {
    const block = blockOf(['hidden in a gap', 'named']);
    const members = [{ digest: null, size: 15 }, block.members[1]] as unknown as Block['members'];
    const response = await put(registry, repository, await archiveOfBlocks([{ ...block, members }]));
    expect(response.status).toBe(400);
  });

  it('an upload of a thousand blocks with one member each is stored, and the registry stays healthy', async () => {
    const texts = Array.from({ length: 1_000 }, (_, n) => `"one of a thousand ${n} ${database}"`);
    const archive = await archiveOfBlocks(texts.map((text) => blockOf([text])));
    expect(await send(registry, repository, archive)).toMatchObject({ stored: 1_000, refused: [] });
    expect((await fetch(`${registry.url}/healthz`)).status).toBe(200);
  });
});
