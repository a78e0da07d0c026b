import type postgres from 'postgres';
import { describe, expect, it } from 'vitest';
import { type Run, upgrade } from '../support/older-version.js';
import { ownerAndName, pushFiles } from '../support/push-files.js';
import type { TestRegistry } from '../support/registry.js';

// The older version does not store which pull requests are closed, and has no separate re-runs.

/** The newest migration of that version. */
const BEFORE = '0009_trust_in_claims';
const repository = 'acme/old';

describe.each(['embedded', 'postgres'] as const)('pull requests of an older version, %s', (database) => {
  it('are open after the upgrade and accept pushes', () => upgrade(database, BEFORE, fill, checkUpgraded));
});

async function checkUpgraded(registry: TestRegistry, sql: postgres.Sql | null): Promise<void> {
  const open = { closedAt: null, rerun: null };
  expect(await pullRequest(registry, 1)).toEqual({ ...open, snapshot: { version: 1, isRerun: false } });
  await pushFiles(registry, { repository, ref: { pullRequest: 1 }, add: { 'tests/recordings/a.json': '1' } });
  expect(await pullRequest(registry, 1)).toEqual({ ...open, snapshot: { version: 2, isRerun: false } });

  if (sql === null) return;
  // A process of the older version keeps writing during the upgrade.
  await sql`insert into refs (repository_id, kind, name, version, base_ref_id, base_version, from_fork)
    values (1, 'PULL_REQUEST', '2', 1, 1, 1, true)`;
  await sql`insert into snapshots (repository_id, ref_id, version, base_ref_id, base_version, origin)
    select 1, id, 1, 1, 1, 'PUSH' from refs where name = '2'`;
  expect(await pullRequest(registry, 2)).toEqual({ ...open, snapshot: { version: 1, isRerun: false } });
}

async function pullRequest(registry: TestRegistry, number: number): Promise<unknown> {
  const answer = await registry.ask<{ repository: { pullRequest: unknown } }>(
    `query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) {
      pullRequest(number: ${number}) { closedAt rerun { version } snapshot { version isRerun } } } }`,
    ownerAndName(repository),
  );
  return answer.repository.pullRequest;
}

/** Writes a repository as the older version did: a branch and a pull request over it. */
async function fill(run: Run): Promise<void> {
  await run(`insert into repositories (owner, name) values ('acme', 'old')`);
  await run(`insert into refs (repository_id, kind, name, version, base_ref_id, base_version, base_name) values
    (1, 'BRANCH', 'main', 1, null, null, null), (1, 'PULL_REQUEST', '1', 1, 1, 1, 'main')`);
  await run(`insert into snapshots (repository_id, ref_id, version, base_ref_id, base_version, origin) values
    (1, 1, 1, null, null, 'PUSH'), (1, 2, 1, 1, 1, 'PUSH')`);
}
