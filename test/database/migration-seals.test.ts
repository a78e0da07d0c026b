import { digestOf } from '@fixture-registry/protocol';
import type postgres from 'postgres';
import { describe, expect, it } from 'vitest';
import { type Run, upgrade } from '../support/older-version.js';
import { ownerAndName, planOf, pullFiles, pushFiles } from '../support/push-files.js';
import type { TestRegistry } from '../support/registry.js';

// Snapshots of the older version have no seals, and their ids are only numbers.

/** The newest migration without seals. */
const BEFORE = '0007_calls';

const REPOSITORY = 'acme/old';
const VERSIONS = ['one', 'two', 'three'];
const PATH = 'tests/recordings/x.json';
const OWN = 'tests/recordings/own.json';

const idOf = (key: string) => Buffer.from(`Snapshot:${key}`).toString('base64url');
const keyOf = (id: string) => Buffer.from(id, 'base64url').toString();
const sealsIn = (id: string) => keyOf(id).match(/(?<=-)[0-9a-f]{12}(?=,|$)/g) ?? [];

describe.each(['embedded', 'postgres'] as const)('snapshots of an older version, %s', (database) => {
  it('get a seal each during the upgrade, and keep their old ids', () =>
    upgrade(database, BEFORE, fill, checkUpgraded));
});

async function checkUpgraded(registry: TestRegistry, sql: postgres.Sql | null): Promise<void> {
  const seals = new Set<string>();
  for (const [index, text] of VERSIONS.entries()) {
    const at = { snapshot: idOf(`1:1.${index + 1}`) };
    const { snapshot } = await planOf(registry, REPOSITORY, { at });
    expect(keyOf(snapshot.id)).toMatch(new RegExp(`^Snapshot:1:1\\.${index + 1}-[0-9a-f]{12}$`));
    for (const seal of sealsIn(snapshot.id)) seals.add(seal);
    expect(await pullFiles(registry, REPOSITORY, { at })).toEqual({ [PATH]: text });
    const { node } = await registry.ask<{ node: { id: string } }>(
      'query ($id: ID!) { node(id: $id) { id } }',
      {
        id: at.snapshot,
      },
    );
    expect(node.id).toBe(snapshot.id);
  }
  // As pushed, and over another version of the base, as in a pull after a rebase.
  for (const [base, text] of [
    [3, 'three'],
    [2, 'two'],
  ] as const) {
    const at = { snapshot: idOf(`1:2.1,1.${base}`) };
    expect(await pullFiles(registry, REPOSITORY, { at })).toEqual({ [PATH]: text, [OWN]: 'own' });
    const { snapshot } = await planOf(registry, REPOSITORY, { at });
    for (const seal of sealsIn(snapshot.id)) seals.add(seal);
  }
  expect(seals.size).toBe(VERSIONS.length + 1);

  // A snapshot of an older version is planned in full, once.
  const earlier = await planOf(registry, REPOSITORY, { ref: { branch: 'main' }, have: idOf('1:1.3') });
  expect([earlier.unchanged, earlier.files.length]).toEqual([false, 1]);
  const now = await planOf(registry, REPOSITORY, { ref: { branch: 'main' }, have: earlier.snapshot.id });
  expect([now.unchanged, now.files.length]).toEqual([true, 0]);
  const { repository } = await registry.ask<{ repository: { pullPlan: { knowsHave: boolean } } }>(
    `query ($owner: String!, $name: String!, $have: ID) { repository(owner: $owner, name: $name) {
      pullPlan(have: $have) { ... on PullPlan { knowsHave } } } }`,
    { ...ownerAndName(REPOSITORY), have: idOf('1:1.3') },
  );
  expect(repository.pullPlan.knowsHave).toBe(true);

  if (sql === null) return;
  // A process of the older version keeps writing during the upgrade.
  await sql`insert into snapshots (repository_id, ref_id, version, origin) values (1, 1, 4, 'PUSH')`;
  await sql`update refs set version = 4 where id = 1`;
  const { snapshot } = await planOf(registry, REPOSITORY, { ref: { branch: 'main' } });
  expect([snapshot.version, sealsIn(snapshot.id).length]).toEqual([4, 1]);
  expect(await pushFiles(registry, { repository: REPOSITORY, ref: { branch: 'main' } })).toMatchObject({
    created: false,
    snapshot: { id: snapshot.id },
  });
}

/**
 * Writes a repository as the older version did: a branch of three versions, and a pull request over
 * the third.
 */
async function fill(run: Run): Promise<void> {
  await run(`insert into repositories (owner, name) values ('acme', 'old')`);
  await run(`insert into refs (repository_id, kind, name, version, base_ref_id, base_version) values
    (1, 'BRANCH', 'main', 3, null, null), (1, 'PULL_REQUEST', '1', 1, 1, 3)`);
  await run(`insert into snapshots (repository_id, ref_id, version, base_ref_id, base_version, origin) values
    (1, 1, 1, null, null, 'PUSH'), (1, 1, 2, null, null, 'PUSH'), (1, 1, 3, null, null, 'PUSH'), (1, 2, 1, 1, 3, 'PUSH')`);
  await run(`insert into calls (repository_id, path) values (1, '${PATH}'), (1, '${OWN}')`);
  for (const [index, text] of VERSIONS.entries()) {
    const until = index + 1 < VERSIONS.length ? index + 2 : 2_147_483_647;
    await keep(run, text);
    await run(`insert into entries (repository_id, ref_id, call_id, since, until, digest)
      values (1, 1, 1, ${index + 1}, ${until}, ${digestIn(text)})`);
  }
  await keep(run, 'own');
  await run(
    `insert into entries (repository_id, ref_id, call_id, since, digest) values (1, 2, 2, 1, ${digestIn('own')})`,
  );
}

const digestIn = (text: string) => `decode('${digestOf(Buffer.from(text))}', 'hex')`;

/** Stores one content unchanged, in its own block. */
async function keep(run: Run, text: string): Promise<void> {
  const bytes = Buffer.from(text);
  const block = `'00000000-0000-4000-8000-${digestOf(bytes).slice(0, 12)}'`;
  await run(`insert into blocks (repository_id, id, codec, raw_size, packed_size)
    values (1, ${block}, 0, ${bytes.length}, ${bytes.length})`);
  await run(`insert into block_chunks (repository_id, block_id, position, bytes)
    values (1, ${block}, 0, decode('${bytes.toString('hex')}', 'hex'))`);
  await run(`insert into contents (repository_id, digest, size, block_id)
    values (1, ${digestIn(text)}, ${bytes.length}, ${block})`);
  await run(`insert into readings (repository_id, digest, format, request_hashes)
    values (1, ${digestIn(text)}, 'opaque', '')`);
}
