import { digestOf, pack } from '@fixture-registry/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { archiveOfBlocks, blockOf, downloadContents } from '../support/block-archives.js';
import { allThatIsTold, purge, tokenFor } from '../support/purge-content.js';
import { askToPush, ownerAndName, pushFiles, send, upload } from '../support/push-files.js';
import { filesOf, record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { openPage } from '../support/web-page.js';

const CODE_WORD = 'zebra quagga okapi';
const MAIN = { branch: 'main' };
const leaky = record({ test: 'tests/test_a.py::test_key', ask: 'The key?', say: `It is ${CODE_WORD}.` });
const recorded = { ...leaky, text: leaky.text.replace(CODE_WORD, 'not told') };
const DIGEST = digestOf(Buffer.from(leaky.text));

describe('purged contents', () => {
  let registry: TestRegistry;
  /** Another process on the same database. */
  let second: TestRegistry;
  let repository = '';
  let repositories = 0;
  beforeAll(async () => {
    registry = await startRegistry({ postgresUrl: inject('postgresUrl') });
    second = await startRegistry({ environment: { DATABASE_URL: registry.databaseUrl ?? '' } });
  });
  beforeEach(async () => {
    repository = `acme/purged-${++repositories}`;
    await pushFiles(registry, { repository, ref: MAIN, add: filesOf(leaky) });
  });
  afterAll(async () => {
    await second[Symbol.asyncDispose]();
    await registry[Symbol.asyncDispose]();
  });
  const purgeIt = (token?: string | null) => purge(registry, { repository, digest: DIGEST }, token);

  /** An uncompressed block, so that its contents are readable in the database. */
  const plainBlock = (texts: string[]) => {
    const bytes = [Buffer.from(texts.join(''))];
    return { ...blockOf(texts), codec: 'raw' as const, bytes };
  };
  const blocksHolding = async (words: string) => {
    const chunks = await registry.sql`select bytes from block_chunks
      where repository_id = (select id from repositories where owner || '/' || name = ${repository})`;
    expect(chunks.length).toBeGreaterThan(0);
    return chunks.filter(({ bytes }) => Buffer.from(bytes).includes(words)).length;
  };

  it('a purge by a caller who is not an admin of the repository is refused and recorded in the audit log', async () => {
    await pushFiles(registry, { repository: 'acme/elsewhere', ref: MAIN, add: { 'a.json': '{}' } });
    const writer = await tokenFor(registry, repository, 'WRITE');
    const stranger = await tokenFor(registry, 'acme/elsewhere', 'ADMIN');
    expect(await purgeIt(writer)).toMatchObject({ __typename: 'Forbidden' });
    for (const token of [stranger, null])
      expect(await purgeIt(token)).toMatchObject({ __typename: 'NotFound' });
    expect(await allThatIsTold(registry, repository, MAIN)).toContain(CODE_WORD);
    const noted = await registry.sql`select who, target, outcome from audit_events a
      join repositories r on r.id = a.repository_id and r.owner || '/' || r.name = ${repository}
      where action = 'purge' order by a.id`;
    expect(noted).toHaveLength(3);
    for (const event of noted) expect(event).toMatchObject({ target: DIGEST, outcome: 'REFUSED' });
  });

  it('another process with a cached report does not show a purged content', async () => {
    const pullRequest = { pullRequest: 3, base: 'main' };
    await pushFiles(registry, { repository, ref: pullRequest, add: filesOf(recorded) });
    for (const each of [registry, second]) {
      expect(await allThatIsTold(each, repository, MAIN, 3)).toContain(CODE_WORD);
    }
    await purgeIt();
    for (const each of [registry, second]) {
      const told = await allThatIsTold(each, repository, MAIN, 3);
      expect(told).not.toContain(CODE_WORD);
      expect(told).toContain('by an admin, so it cannot be compared');
      const question = new URLSearchParams({ path: leaky.path });
      for (const page of ['pull/3', `pull/3/change?${question}`, `recording?${question}`]) {
        expect((await openPage(each, `/${repository}/${page}`)).html).not.toContain(CODE_WORD);
      }
    }
  });

  it('another process with a cached block does not send a purged content', async () => {
    const full = `${repository}-together`;
    const beside = record({ test: 'tests/test_a.py::test_other', ask: 'And else?', say: 'Nothing.' });
    await pushFiles(registry, { repository: full, ref: MAIN, add: filesOf(leaky, beside) });
    const kept = digestOf(Buffer.from(beside.text));
    const sent = async (each: TestRegistry, digests: string[]) => {
      const { contents } = await downloadContents(each, full, { digests, blocks: true });
      return [...contents.values()].map(String);
    };
    for (const each of [registry, second]) {
      expect(await sent(each, [DIGEST, kept])).toHaveLength(2);
      // From the cache.
      expect((await sent(each, [DIGEST, kept])).join()).toContain(CODE_WORD);
    }
    await purge(registry, { repository: full, digest: DIGEST });
    for (const each of [registry, second]) {
      await expect(sent(each, [DIGEST, kept])).rejects.toThrow(/was purged on/);
      expect(await sent(each, [kept])).toEqual([beside.text]);
    }
  });

  it('the bytes of a purged content are refused at another path and by another process', async () => {
    await purgeIt();
    expect(await upload(second, repository, [leaky.text])).toMatchObject({
      ...{ stored: 0, present: 0, refused: [{ digest: DIGEST }] },
    });
    const add = { 'tests/recordings/hidden.json': leaky.text };
    const answer = await askToPush(second, { repository, ref: MAIN, add });
    expect(answer).toMatchObject({
      __typename: 'InvalidInput',
      message: expect.stringContaining('hidden.json'),
    });
    const [{ placed } = { placed: -1 }] = await registry.sql`select count(*)::int as placed from contents c
      where encode(c.digest, 'hex') = ${DIGEST} and c.block_id is not null and c.repository_id =
        (select id from repositories where owner || '/' || name = ${repository})`;
    expect(placed).toBe(0);
  });

  it('a purge removes the content from every table', async () => {
    const packed = Buffer.concat(pack(Buffer.from(leaky.text)).bytes)
      .subarray(0, 64)
      .toString('hex');
    const tables = await registry.sql`select table_name as name from information_schema.columns
      where table_schema = 'public' and column_name = 'repository_id'`;
    const holding = async (words: string) => {
      const found = await Promise.all(
        tables.map(async ({ name }) => {
          const [row] = await registry.sql`select count(*)::int as count from ${registry.sql(name)} t
            where t.repository_id = (select id from repositories where owner || '/' || name = ${repository})
            and strpos(t::text, ${words}) > 0`;
          return row?.['count'] > 0 ? [name] : [];
        }),
      );
      return found.flat();
    };
    expect([await holding(CODE_WORD), await holding(packed)]).toEqual([['readings'], ['block_chunks']]);
    await purgeIt();
    expect([await holding(CODE_WORD), await holding(packed)]).toEqual([[], []]);
  });

  it('a purge removes the content from its block and keeps the other contents of the block', async () => {
    const beside = ['"stays before"', '"stays behind"'];
    const before = `"code word ${CODE_WORD} in a block"`;
    const texts = [beside[0] ?? '', before, beside[1] ?? ''];
    await send(registry, repository, await archiveOfBlocks([plainBlock(texts)]));
    expect(await blocksHolding(CODE_WORD)).toBe(1);
    const digests = [...beside, before].map((text) => digestOf(Buffer.from(text)));
    await purge(registry, { repository, digest: digests[2] ?? '' });
    const kept = await downloadContents(registry, repository, { digests: digests.slice(0, 2), blocks: true });
    expect([...kept.contents.values()].map(String)).toEqual(beside);
    expect(kept.blocks.map(({ rawSize }) => rawSize)).toEqual([beside.join('').length]);
    expect(await blocksHolding(CODE_WORD)).toBe(0);
    // A new block that contains it is stored without it.
    const again = plainBlock(['"another"', before]);
    expect(await send(second, repository, await archiveOfBlocks([again]))).toMatchObject({
      ...{ stored: 1, present: 0, refused: [{ digest: digests[2] }] },
    });
    const { blocks: stored } = await downloadContents(registry, repository, {
      digests: [digestOf(Buffer.from('"another"'))],
      blocks: true,
    });
    expect(stored.map(({ rawSize }) => rawSize)).toEqual(['"another"'.length]);
    expect(await blocksHolding(CODE_WORD)).toBe(0);
    const named = Object.fromEntries(
      [...beside, '"another"'].map((text, n) => [`b/recordings/${n}.json`, text]),
    );
    expect(await askToPush(registry, { repository, ref: MAIN, add: named })).toMatchObject({ added: 3 });
  });

  it('a purge also removes a copy of the content that an interrupted gc left behind', async () => {
    const beside = '"beside the first copy"';
    const before = `"code word ${CODE_WORD} twice"`;
    const digest = digestOf(Buffer.from(before));
    await send(registry, repository, await archiveOfBlocks([plainBlock([beside, before])]));
    // The state after an interrupted gc and another push of the content.
    await registry.sql`delete from contents where encode(digest, 'hex') = ${digest}`;
    await send(registry, repository, await archiveOfBlocks([plainBlock([before])]));
    expect(await blocksHolding(CODE_WORD)).toBe(2);
    await purge(registry, { repository, digest });
    expect(await blocksHolding(CODE_WORD)).toBe(0);
    const kept = await downloadContents(registry, repository, { digests: [digestOf(Buffer.from(beside))] });
    expect([...kept.contents.values()].map(String)).toEqual([beside]);
    const add = { 'b/recordings/beside.json': beside };
    expect(await askToPush(registry, { repository, ref: MAIN, add })).toMatchObject({ added: 1 });
  });

  it('a search does not find a recording by the words of its purged response', async () => {
    const found = async () => {
      const answer = await registry.ask<{ repository: { recordings: { totalCount: number } } }>(
        `query ($owner: String!, $name: String!, $search: String) { repository(owner: $owner, name: $name) {
          recordings(filter: { search: $search }) { totalCount } } }`,
        { ...ownerAndName(repository), search: 'zebra' },
      );
      return answer.repository.recordings.totalCount;
    };
    expect(await found()).toBe(1);
    await purgeIt();
    expect(await found()).toBe(0);
  });

  it('gc keeps the record of a purge, so the bytes stay refused', async () => {
    await upload(registry, repository, ['"never pushed"']);
    const digest = digestOf(Buffer.from('"never pushed"'));
    expect(await purge(registry, { repository, digest })).toMatchObject({ recordings: 0 });
    await registry.sql`update contents set created_at = now() - interval '25 hours'`;
    expect(await registry.command('gc')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^removed 0 contents/),
    });
    expect(await upload(registry, repository, ['"never pushed"'])).toMatchObject({ refused: [{ digest }] });
  });

  it('a push that names a content during its purge does not restore it', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `tests/recordings/racing-${index}.json`);
    const pushes = names.map((path, index) =>
      askToPush(index % 2 === 0 ? registry : second, { repository, ref: MAIN, add: { [path]: leaky.text } }),
    );
    const [answers] = await Promise.all([Promise.all(pushes), purgeIt()]);
    const refused = names.filter((_, index) => answers[index]?.__typename === 'InvalidInput');
    const plan = await registry.ask<{
      repository: { pullPlan: { files: object[]; purged: { path: string }[] } };
    }>(
      `query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) {
        pullPlan { ... on PullPlan { files { path } purged { path } } } } }`,
      ownerAndName(repository),
    );
    const { files, purged } = plan.repository.pullPlan;
    expect(files).toEqual([]);
    expect(purged.map(({ path }) => path).sort()).toEqual(
      [leaky.path, ...names.filter((path) => !refused.includes(path))].sort(),
    );
  });
});
