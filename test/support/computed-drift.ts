import { connect } from '../../packages/registry/dist/database/connect.js';
import type { Drift } from '../../packages/registry/dist/review/differences/drift.js';
import { makeDriftReports } from '../../packages/registry/dist/review/drift/drift-reports.js';
import { driftSides } from '../../packages/registry/dist/review/drift/drift-sides.js';
import { withBlockStore } from '../../packages/registry/dist/store/blocks/open-block-store.js';
import { findRepository } from '../../packages/registry/dist/trust/repositories/repository-store.js';
import { ownerAndName } from './push-files.js';
import type { TestRegistry } from './registry.js';

/** The computed drift of a pull request, from the database of a registry on Postgres. */
export async function computedDrift(
  registry: TestRegistry,
  repository: string,
  pullRequest: number,
): Promise<Drift> {
  if (registry.databaseUrl === null) throw new Error('only on Postgres: PGlite has one process');
  const connection = await connect({ url: registry.databaseUrl }, () => {});
  try {
    const source = await withBlockStore(connection, { now: null, before: null }, () => {});
    const { owner, name } = ownerAndName(repository);
    const found = await findRepository(source.db, owner, name);
    const sides = found && (await driftSides(source.db, found, { head: { pullRequest }, base: null }));
    if (!sides) throw new Error(`no pull request ${pullRequest} in ${repository}`);
    const reports = makeDriftReports(source, () => {});
    return (await reports.between(sides.baseline, sides.head)).drift;
  } finally {
    await connection.close();
  }
}
