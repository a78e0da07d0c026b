import type postgres from 'postgres';
import { describe, expect, it } from 'vitest';
import { type Run, upgrade } from '../support/older-version.js';
import type { TestRegistry } from '../support/registry.js';

// The older version has one mark per pull request for its last promotion, whatever the branch.

/** The newest migration of that version. */
const BEFORE = '0008_snapshot_seals';

describe.each(['embedded', 'postgres'] as const)('promotions of an older version, %s', (database) => {
  it('are known after the upgrade, per branch', () => upgrade(database, BEFORE, fill, checkUpgraded));
});

async function checkUpgraded(registry: TestRegistry, sql: postgres.Sql | null): Promise<void> {
  const promote = async (pullRequest: number, branch: string) => {
    const { promote: answer } = await registry.ask<{ promote: { promoted: boolean } }>(
      'mutation ($input: PromoteInput!) { promote(input: $input) { ... on Promotion { promoted } } }',
      { input: { owner: 'acme', name: 'old', pullRequest, branch } },
    );
    return answer.promoted;
  };
  expect(await promote(1, 'release')).toBe(true);
  expect(await promote(1, 'main')).toBe(false);
  expect(await promote(1, 'release')).toBe(false);

  if (sql === null) return;
  // A process of the older version keeps writing during the upgrade.
  await sql`update refs set promoted_version = 1, promoted_ref_id = 1, promoted_as = 2 where id = 3`;
  expect(await promote(2, 'main')).toBe(false);
}

/** Writes a repository as the older version did: a branch and two pull requests, one of them promoted. */
async function fill(run: Run): Promise<void> {
  await run(`insert into repositories (owner, name) values ('acme', 'old')`);
  await run(`insert into refs (repository_id, kind, name, version, base_ref_id, base_version) values
    (1, 'BRANCH', 'main', 2, null, null), (1, 'PULL_REQUEST', '1', 1, 1, 1), (1, 'PULL_REQUEST', '2', 1, 1, 1)`);
  await run(`insert into snapshots (repository_id, ref_id, version, base_ref_id, base_version, origin) values
    (1, 1, 1, null, null, 'PUSH'), (1, 1, 2, null, null, 'PROMOTION'),
    (1, 2, 1, 1, 1, 'PUSH'), (1, 3, 1, 1, 1, 'PUSH')`);
  await run('update refs set promoted_version = 1, promoted_ref_id = 1, promoted_as = 2 where id = 2');
}
