import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { archiveOf, pullFiles, pushFiles, put, upload } from '../support/push-files.js';
import { manyFiles } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

const repository = 'acme/garbage';
const MAIN = { branch: 'main' };
const KEPT = manyFiles(10, 'kept');
const REPLACED = Object.fromEntries(Object.keys(KEPT).map((path) => [path, `"another ${path}"`]));

describe('gc on Postgres', () => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await startRegistry({ postgresUrl: inject('postgresUrl') });
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  const gc = async (...words: string[]) => {
    const ended = await registry.command('gc', ...words);
    expect(ended.status).toBe(0);
    return ended.stdout;
  };
  /** gc may collect contents between upload and push: the registry reports that, and the push restarts. */
  async function pushAgainAndAgain(add: Record<string, string>): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        await pushFiles(registry, { repository: 'acme/racing', ref: MAIN, add });
        return;
      } catch (error) {
        expect(String(error)).toContain('ContentMissing');
        expect(tries).toBeLessThan(10);
      }
    }
  }
  const age = () => registry.sql`update contents set created_at = now() - interval '25 hours'`;

  it('collects the day-old contents of an aborted push and keeps those of snapshots', async () => {
    const { snapshot } = await pushFiles(registry, { repository, ref: MAIN, add: KEPT });
    await pushFiles(registry, { repository, ref: MAIN, add: REPLACED });
    // A client that disappears during its upload: the complete contents are stored.
    const archive = await archiveOf(Object.values(manyFiles(300, 'lost', 4_000)));
    const cut = await put(registry, repository, archive.subarray(0, archive.length * 0.8));
    expect(cut.status).toBe(400);
    await upload(registry, repository, ['"never pushed"']);
    const [lost] = await registry.sql`select count(*)::int as count from contents`;
    const leftovers = Number(lost?.['count']) - 20;
    expect(leftovers).toBeGreaterThan(200);

    expect(await gc()).toMatch(/^removed 0 contents/);
    await age();
    expect(await gc('--dry-run')).toMatch(new RegExp(`^would remove ${leftovers} contents \\(\\d{4,} bytes`));
    expect(await gc()).toMatch(new RegExp(`^removed ${leftovers} contents`));
    expect(await gc('--dry-run')).toMatch(/^would remove 0 contents/);
    const [kept] = await registry.sql`select (select count(*) from contents)::int as contents,
      (select sum(raw_size) from blocks)::int as bytes, (select sum(size) from contents)::int as held`;
    expect(kept).toMatchObject({ contents: 20, bytes: kept?.['held'] });

    expect(await pullFiles(registry, repository, {})).toEqual(REPLACED);
    expect(await pullFiles(registry, repository, { at: { snapshot: snapshot.id } })).toEqual(KEPT);
  });

  it('keeps the contents of a concurrent push', async () => {
    // Everything counts as old here, so gc may collect whatever no push refers to yet.
    await registry.sql`alter table contents alter column created_at set default now() - interval '2 days'`;
    let pushing = true;
    const collecting = Promise.all(
      [1, 2].map(async () => {
        while (pushing) await gc();
      }),
    );
    try {
      for (let round = 0; round < 15; round++) await pushAgainAndAgain(manyFiles(40, `round ${round}`));
    } finally {
      pushing = false;
      await collecting;
    }
    const files = await pullFiles(registry, 'acme/racing', {});
    expect(Object.keys(files)).toHaveLength(15 * 40);
    expect(Object.values(files)).not.toContain('MISSING');
  });
});

describe('gc on the embedded database', () => {
  it('runs in the server while there is one, and keeps young contents', async () => {
    await using registry = await startRegistry();
    await pushFiles(registry, { repository, ref: MAIN, add: KEPT });
    await upload(registry, repository, ['"never pushed"']);
    expect(await registry.command('gc', '--dry-run')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^would remove 0 contents/),
    });
    expect(await registry.command('gc')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^removed 0 contents/),
    });
    expect(await pullFiles(registry, repository, {})).toEqual(KEPT);
    await registry.stop();
    expect(await registry.command('gc')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^removed 0 contents/),
    });
    await registry.restart();
    expect(await pullFiles(registry, repository, {})).toEqual(KEPT);
  });
});
