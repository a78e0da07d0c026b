import type postgres from 'postgres';

/** Recordings in every version, and how many of them each version records anew. */
const RECORDINGS = 3_000;
const CHANGED = 10;
/** What a pull request holds over its base. */
const IN_A_PULL_REQUEST = 20;

export interface FilledHistory {
  owner: string;
  name: string;
  versions: number;
}

/**
 * Makes a repository whose `main` has so many versions, each of which replaced ten recordings, and a pull
 * request over its newest. The set is as large at every version, so whatever grows with the versions is
 * history.
 */
export async function fillVersions(sql: postgres.Sql, versions: number): Promise<FilledHistory> {
  const name = `history-${versions}`;
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    const [repository] =
      await tx`insert into repositories (owner, name) values ('bench', ${name}) returning id`;
    const id = Number(repository?.['id']);
    const [main] = await tx`
      insert into refs (repository_id, kind, name, version) values (${id}, 'BRANCH', 'main', ${versions}) returning id`;
    const mainId = Number(main?.['id']);
    await tx`insert into snapshots (repository_id, ref_id, version, origin, commit)
      select ${id}, ${mainId}, v, 'PUSH', encode(substr(sha256(('commit ' || v)::bytea), 1, 20), 'hex')
      from generate_series(1, ${versions}) v`;
    await tx`insert into commits (repository_id, commit, ref_id, version)
      select repository_id, commit, ref_id, version from snapshots where repository_id = ${id}`;
    await tx`insert into contents (repository_id, digest, size)
      select ${id}, sha256(n::text::bytea), 1 from generate_series(0, ${RECORDINGS - 1}) n`;
    await tx`insert into calls (repository_id, path)
      select ${id}, 'tests/recordings/' || lpad(n::text, 5, '0') || '.json' from generate_series(0, ${RECORDINGS - 1}) n`;
    const [first] = await tx`select min(id) as id from calls where repository_id = ${id}`;
    const firstCall = Number(first?.['id']);
    // Version 1 has them all; version v replaces ten, in turn, so a recording lives for RECORDINGS / CHANGED
    // versions.
    await tx`
      insert into entries (repository_id, ref_id, call_id, since, until, digest)
      select ${id}, ${mainId}, ${firstCall} + path, since,
        coalesce(lead(since) over (partition by path order by since), 2147483647), sha256(path::text::bytea)
      from (
        select n as path, 1 as since from generate_series(0, ${RECORDINGS - 1}) n
        union all
        select ((v - 2) * ${CHANGED} + n) % ${RECORDINGS}, v
        from generate_series(2, ${versions}) v, generate_series(0, ${CHANGED - 1}) n
      ) written`;
    const [pull] = await tx`
      insert into refs (repository_id, kind, name, version, base_ref_id, base_version)
      values (${id}, 'PULL_REQUEST', '1', 1, ${mainId}, ${versions}) returning id`;
    const pullId = Number(pull?.['id']);
    await tx`insert into snapshots (repository_id, ref_id, version, base_ref_id, base_version, origin)
      values (${id}, ${pullId}, 1, ${mainId}, ${versions}, 'PUSH')`;
    await tx`insert into entries (repository_id, ref_id, call_id, since, digest)
      select ${id}, ${pullId}, ${firstCall} + n * 100, 1, sha256((n + 1)::text::bytea) from generate_series(0, ${IN_A_PULL_REQUEST - 1}) n`;
  });
  await sql`vacuum (analyze) calls, entries`;
  await sql`analyze`;
  return { owner: 'bench', name, versions };
}

/** The commit that a version was pushed for. */
export async function commitAt(sql: postgres.Sql, name: string, version: number): Promise<string> {
  const [found] = await sql`select s.commit from snapshots s join repositories r on r.id = s.repository_id
    where r.name = ${name} and s.version = ${version} and s.commit is not null`;
  return String(found?.['commit']);
}

export const HELD = RECORDINGS;
