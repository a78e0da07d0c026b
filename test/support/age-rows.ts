import type postgres from 'postgres';

/** The times of the rows that retention looks at. Audit events cannot be changed. */
const TIMES: Record<string, string[]> = {
  refs: ['created_at', 'closed_at'],
  snapshots: ['created_at'],
  commits: ['noted_at'],
  promotions: ['promoted_at'],
  contents: ['created_at'],
  removed_versions: ['removed_at'],
};

/** Lets hours pass in a repository: all of its rows become older. */
export async function ageRows(sql: postgres.Sql, repository: string, hours: number): Promise<void> {
  for (const [table, columns] of Object.entries(TIMES)) {
    const set = columns.map((column) => `${column} = ${column} - interval '${hours} hours'`).join(', ');
    await sql.unsafe(
      `update ${table} set ${set} where repository_id = (select id from repositories where owner || '/' || name = $1)`,
      [repository],
    );
  }
}
