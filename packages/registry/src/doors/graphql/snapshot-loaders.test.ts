import type { SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../database/statements/database.js';
import { makeSnapshotLoaders, type SnapshotLoaders } from './snapshot-loaders.js';

const repositoryId = 1;
const page = { after: null, before: null, limit: 51, fromEnd: false };
const snapshot = { repositoryId, layers: [{ refId: 2, version: 3, seal: '0123456789ab' }] };

/** A database without rows that records the statements. */
function emptyDatabase(): { db: Database; statements: string[] } {
  const statements: string[] = [];
  const execute = async (query: SQL) => {
    statements.push(new PgDialect().sqlToQuery(query).sql);
    return [];
  };
  return { db: { execute } as unknown as Database, statements };
}

describe('the rows of a page are loaded with one statement', () => {
  it.each<[string, (loaders: SnapshotLoaders, n: number) => Promise<unknown>, unknown]>([
    ['refs', ({ ref }, n) => ref.load({ repositoryId, refId: n }), null],
    ['keys', ({ key }, n) => key.load({ repositoryId, refId: 2, version: n }).catch(() => 'lost'), 'lost'],
    ['versions', ({ version }, n) => version.load({ repositoryId, refId: 2, version: n }), null],
    ['verdicts', ({ verdict }, n) => verdict.load({ repositoryId, refId: n }), null],
    [
      'recordings',
      ({ recording }, n) => recording.load({ repositoryId, refId: 2, since: n, path: 'a' }),
      null,
    ],
    ['changes of tests', ({ testChange }, n) => testChange.load({ snapshot, testId: `test_${n}` }), null],
    ['histories', ({ history }, n) => history({ repositoryId, refId: 2, path: `${n}`, upTo: 3 }, page), []],
    [
      'counts',
      ({ historyCount }, n) => historyCount.load({ repositoryId, refId: 2, path: `${n}`, upTo: 3 }),
      0,
    ],
  ])('%s', async (_, load, expected) => {
    const { db, statements } = emptyDatabase();
    const loaders = makeSnapshotLoaders(db);
    const found = await Promise.all(Array.from({ length: 50 }, (_row, n) => load(loaders, n + 1)));
    expect(found).toEqual(Array.from({ length: 50 }, () => expected));
    expect(statements).toHaveLength(1);
  });

  it('the repository of many versions is read once', async () => {
    let reads = 0;
    const where = async () => {
      reads++;
      return [{ id: 1 }];
    };
    const db = { select: () => ({ from: () => ({ where }) }) } as unknown as Database;
    const { repository } = makeSnapshotLoaders(db);
    const found = await Promise.all([1, 1, 1].map((id) => repository.load(id)));
    expect([found, reads]).toEqual([[{ id: 1 }, { id: 1 }, { id: 1 }], 1]);
  });

  it('of each repository, ref, or page of a history', async () => {
    const { db, statements } = emptyDatabase();
    const { ref, history } = makeSnapshotLoaders(db);
    await Promise.all([1, 2, 1].map((id) => ref.load({ repositoryId: id, refId: 7 })));
    expect(statements).toHaveLength(2);
    const key = { repositoryId, refId: 2, path: 'a', upTo: 3 };
    await Promise.all([
      history(key, page),
      history({ ...key, path: 'b' }, page),
      history({ ...key, refId: 3 }, page),
      history(key, { ...page, after: 2 }),
    ]);
    expect(statements).toHaveLength(5);
  });
});
