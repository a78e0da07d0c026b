import type postgres from 'postgres';

/** A repository with so many recordings on its `main`, as the database knows it. */
export interface FilledRepository {
  owner: string;
  name: string;
  repositoryId: number;
  refId: number;
  recordings: number;
}

/** Contents are shared: a question reads the rows of its result, however many other contents there are. */
const CONTENTS = 1_000;
const MODELS = 500;
/** Recordings of one test, whatever the size of the repository. */
const OF_A_TEST = 20;

/**
 * Makes repositories by SQL, since a million pushes would take a day. Foreign keys are not checked while they
 * are filled; what is written fulfils them.
 */
export async function fillRepositories(sql: postgres.Sql, sizes: number[]): Promise<FilledRepository[]> {
  const filled: FilledRepository[] = [];
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    for (const [at, recordings] of sizes.entries()) filled.push(await fill(tx, `filled-${at}`, recordings));
  });
  await sql`vacuum (analyze) calls, entries`;
  await sql`analyze`;
  return filled;
}

async function fill(
  tx: postgres.TransactionSql,
  name: string,
  recordings: number,
): Promise<FilledRepository> {
  const [repository] =
    await tx`insert into repositories (owner, name) values ('bench', ${name}) returning id`;
  const id = Number(repository?.['id']);
  const [ref] = await tx`
    insert into refs (repository_id, kind, name, version) values (${id}, 'BRANCH', 'main', 1) returning id`;
  const refId = Number(ref?.['id']);
  await tx`insert into snapshots (repository_id, ref_id, version, origin) values (${id}, ${refId}, 1, 'PUSH')`;
  await tx`insert into contents (repository_id, digest, size)
    select ${id}, sha256(n::text::bytea), 1 from generate_series(0, ${CONTENTS - 1}) n`;
  await tx`insert into readings (repository_id, digest, format, is_streaming, outcome, request_hashes)
    select ${id}, sha256(n::text::bytea), 'ogx', n % 2 = 0, 'OK', '' from generate_series(0, ${CONTENTS - 1}) n`;
  await tx`
    insert into calls (repository_id, path, test_id, model, endpoint, hash, hash_status)
    select ${id}, 'tests/suite_' || n / ${OF_A_TEST} % 40 || '/recordings/' || encode(hash, 'hex') || '.json',
      'tests/suite_' || n / ${OF_A_TEST} % 40 || '/test_' || n / ${OF_A_TEST} || '.py::test_answers',
      'model-' || n % ${MODELS}, '/v1/chat/completions', hash, 'VERIFIED'
    from (select n, sha256(('recording ' || n)::bytea) as hash from generate_series(0, ${recordings - 1}) n) numbered`;
  await tx`
    insert into entries (repository_id, ref_id, call_id, since, digest)
    select ${id}, ${refId}, id, 1, sha256((id % ${CONTENTS})::text::bytea) from calls where repository_id = ${id}`;
  return { owner: 'bench', name, repositoryId: id, refId, recordings };
}

/** Questions of which each has an answer: another one for each number. */
export async function questionsOf(
  sql: postgres.Sql,
  { repositoryId }: FilledRepository,
  column: 'test_id' | 'model' | 'hash',
  count: number,
): Promise<string[]> {
  const rows = await sql`
    select ${column === 'hash' ? sql`encode(hash, 'hex')` : sql(column)} as value from calls tablesample system (5)
    where repository_id = ${repositoryId} limit ${count * 20}`;
  const found = [...new Set(rows.map((row) => String(row['value'])))];
  if (found.length === 0) throw new Error(`no ${column} was found in repository ${repositoryId}`);
  return Array.from({ length: count }, (_, at) => found[(at * 7) % found.length] ?? '');
}
