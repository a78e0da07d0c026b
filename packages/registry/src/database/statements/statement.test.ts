import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { Database } from './database.js';
import { preparedRows, statement } from './statement.js';

/** A database that records its queries, and whether each is prepared. */
function recordingDatabase() {
  const queries: { text: string; isPrepared: boolean; values: object }[] = [];
  const prepareQuery = (query: { sql: string }, _fields: unknown, name: string | undefined) => ({
    execute: async (values: object) => {
      queries.push({ text: query.sql, isPrepared: name !== undefined, values });
      return [];
    },
  });
  return { queries, db: { _: { session: { prepareQuery } } } as unknown as Database };
}

describe('prepared statements', () => {
  it('prepare a query of one form, and pass its values as parameters', async () => {
    const { queries, db } = recordingDatabase();
    const byName = statement<{ name: string }, object>(sql`select 1 where ${sql.placeholder('name')} = 'x'`);
    await byName(db, { name: 'one' });
    await byName(db, { name: 'two' });
    const text = "select 1 where $1 = 'x'";
    expect(queries).toEqual([
      { text, isPrepared: true, values: { name: 'one' } },
      { text, isPrepared: true, values: { name: 'two' } },
    ]);
  });

  it('prepare at most a hundred forms of other queries', async () => {
    const { queries, db } = recordingDatabase();
    const query = (form: number) => preparedRows(db, sql.raw(`select ${form}`));
    for (let form = 0; form < 150; form++) await query(form);
    await query(0);
    await query(149);
    expect(queries.filter(({ isPrepared }) => isPrepared)).toHaveLength(101);
    expect(queries.at(-2)).toMatchObject({ text: 'select 0', isPrepared: true });
    expect(queries.at(-1)).toMatchObject({ text: 'select 149', isPrepared: false });
  });
});
