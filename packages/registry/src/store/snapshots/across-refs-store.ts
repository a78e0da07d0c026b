import { type SQL, sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { withFileNames } from '../../recordings/reading/test-id-in-file-name.js';
import { keysAt } from './layer-store.js';
import type { EntryKey } from './recording-store.js';
import type { Ref } from './ref.js';
import { branchesPage, countBranches, countPullRequests, pullRequestRefs } from './ref-list-store.js';
import type { SnapshotKey } from './snapshot-key.js';

/** What to look for in each ref: the recordings of a test, or the one at a path. */
export type Wanted = { testId: string } | { path: string };

/** A branch or an open pull request, and its recordings among those that were looked for. */
export interface RefRecordings {
  ref: Ref;
  snapshot: SnapshotKey;
  /** Their number. */
  count: number;
  /** The first ones by path. */
  entries: EntryKey[];
}

/** The name of a ref in a cursor: `B<name>` for a branch, `P<id>` for a pull request. */
export function refCursor({ kind, name, id }: Ref): string {
  return kind === 'BRANCH' ? `B${name}` : `P${id}`;
}

export function isRefCursor(cursor: string): boolean {
  return /^(?:B.|P\d{1,15}$)/s.test(cursor);
}

interface Page {
  after: string | null;
  before: string | null;
  limit: number;
  fromEnd: boolean;
}

/**
 * A page of the branches, by name, and then of the open pull requests, newest first, each with its recordings. The
 * cursors are those of `refCursor`.
 * @param each the maximum number of recordings of a ref
 */
export async function recordingsAcrossRefs(
  db: Database,
  repositoryId: number,
  wanted: Wanted,
  page: Page,
  each: number,
): Promise<RefRecordings[]> {
  const refs = await branchesAndOpenPullRequests(db, repositoryId, page);
  const keys = await keysAt(
    db,
    repositoryId,
    refs.map(({ id, version }) => ({ refId: id, version })),
  );
  const states = refs.flatMap((ref) => {
    const snapshot = keys.get(`${ref.id}.${ref.version}`);
    return snapshot ? [{ ref, snapshot }] : [];
  });
  if (states.length === 0) return [];
  const found = await entriesOfStates(
    db,
    repositoryId,
    states.map(({ snapshot }) => snapshot),
    wanted,
    each,
  );
  return states.map((state, position) => {
    const entries = found.filter((entry) => entry.state === position);
    return { ...state, count: entries[0]?.count ?? 0, entries };
  });
}

/** The number of refs that `recordingsAcrossRefs` returns. */
export async function countAcrossRefs(db: Database, repositoryId: number): Promise<number> {
  return (await countBranches(db, repositoryId)) + (await countPullRequests(db, repositoryId, 'OPEN'));
}

async function branchesAndOpenPullRequests(
  db: Database,
  repositoryId: number,
  { after, before, limit, fromEnd }: Page,
): Promise<Ref[]> {
  const of = (kind: 'B' | 'P', cursor: string | null) => (cursor?.startsWith(kind) ? cursor.slice(1) : null);
  const branches = async (most: number) =>
    most === 0 || after?.startsWith('P')
      ? []
      : branchesPage(db, repositoryId, {
          after: of('B', after),
          before: of('B', before),
          limit: most,
          fromEnd,
        });
  const pullRequests = async (most: number) =>
    most === 0 || before?.startsWith('B')
      ? []
      : pullRequestRefs(db, repositoryId, 'OPEN', {
          after: of('P', after),
          before: of('P', before),
          limit: most,
          fromEnd,
        });
  const [first, second] = fromEnd ? [pullRequests, branches] : [branches, pullRequests];
  const found = await first(limit);
  return [...found, ...(await second(limit - found.length))];
}

/** The entries of each of some snapshots, by its position in the list and path. */
function entriesOfStates(
  db: Database,
  repositoryId: number,
  snapshots: SnapshotKey[],
  wanted: Wanted,
  each: number,
): Promise<(EntryKey & { state: number; count: number })[]> {
  const layers = snapshots.flatMap((snapshot, state) =>
    snapshot.layers.map(({ refId, version }, depth) => ({ state, depth, refId, version })),
  );
  const column = (name: keyof (typeof layers)[number]) => sql.param(layers.map((layer) => layer[name]));
  // The uppermost layer with an entry for a path decides, also when the entry has another test.
  const uppermost = sql`select distinct on (l.state, k.path) l.state, k.path, k.test_id, n.ref_id, n.since, n.digest
    from (${callsOf(repositoryId, wanted)}) k
    cross join unnest(${column('state')}::int[], ${column('depth')}::int[], ${column('refId')}::bigint[],
      ${column('version')}::int[]) as l (state, depth, ref_id, version)
    cross join lateral (select * from entries n where n.repository_id = ${repositoryId} and n.ref_id = l.ref_id
      and n.call_id = k.id and n.since <= l.version and n.until > l.version offset 0) n
    order by l.state, k.path, l.depth`;
  return rows(
    db,
    sql`select o.state, o.ref_id::int as "refId", o.since, o.path, o.count from (
          select u.*, count(*) over (partition by u.state)::int as count,
            row_number() over (partition by u.state order by u.path) as position
          from (${uppermost}) u where u.digest is not null and ${isWanted(wanted, sql`u.test_id`)}) o
        where o.position <= ${each} order by o.state, o.path`,
  );
}

/** All calls at the paths in question. */
function callsOf(repositoryId: number, wanted: Wanted): SQL {
  if ('path' in wanted)
    return sql`select * from calls k where k.repository_id = ${repositoryId} and k.path = ${wanted.path}`;
  return sql`select k.* from (select distinct t.path from calls t where t.repository_id = ${repositoryId}
      and ${isWanted(wanted, sql`t.test_id`)}) p
    cross join lateral (select * from calls k where k.repository_id = ${repositoryId} and k.path = p.path offset 0) k`;
}

function isWanted(wanted: Wanted, testId: SQL): SQL {
  if ('path' in wanted) return sql`true`;
  return sql`${testId} = any(${sql.param(withFileNames([wanted.testId]))}::text[])`;
}
