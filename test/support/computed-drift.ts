import { connect } from '../../packages/registry/dist/database/connect.js';
import type { Drift } from '../../packages/registry/dist/review/differences/drift.js';
import { makeDriftReports } from '../../packages/registry/dist/review/drift/drift-reports.js';
import { driftSides } from '../../packages/registry/dist/review/drift/drift-sides.js';
import {
  type StoringConnection,
  withBlockStore,
} from '../../packages/registry/dist/store/blocks/open-block-store.js';
import { findRepository } from '../../packages/registry/dist/trust/repositories/repository-store.js';
import type { Repository } from '../../packages/registry/dist/vocabulary/repository.js';
import { ownerAndName } from './push-files.js';
import type { TestRegistry } from './registry.js';

/** Does something with the database of a registry on Postgres. */
export async function withDatabase<Result>(
  registry: TestRegistry,
  work: (source: StoringConnection) => Promise<Result>,
): Promise<Result> {
  if (registry.databaseUrl === null) throw new Error('only on Postgres: PGlite has one process');
  const connection = await connect({ url: registry.databaseUrl }, () => {});
  try {
    return await work(await withBlockStore(connection, { now: null, before: null }, () => {}));
  } finally {
    await connection.close();
  }
}

/** The repository of a registry. */
export async function repositoryNamed({ db }: StoringConnection, fullName: string): Promise<Repository> {
  const { owner, name } = ownerAndName(fullName);
  const found = await findRepository(db, owner, name);
  if (!found) throw new Error(`no repository ${fullName}`);
  return found;
}

/** The computed drift of a pull request, from the database of a registry on Postgres. */
export function computedDrift(registry: TestRegistry, fullName: string, pullRequest: number): Promise<Drift> {
  return withDatabase(registry, async (source) => {
    const repository = await repositoryNamed(source, fullName);
    const sides = await driftSides(source.db, repository, { head: { pullRequest }, base: null });
    if (!sides) throw new Error(`no pull request ${pullRequest} in ${fullName}`);
    const reports = makeDriftReports(source, () => {});
    return (await reports.between(sides.baseline, sides.head)).drift;
  });
}
