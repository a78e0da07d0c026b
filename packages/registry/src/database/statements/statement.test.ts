import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { Database } from './database.js';
import { preparedRows, statement } from './statement.js';

/** A database that notes what it is asked, and whether that is prepared. */
function noting() {
  const asked: { text: string; isPrepared: boolean; values: object }[] = [];
  const prepareQuery = (query: { sql: string }, _fields: unknown, name: string | undefined) => ({
    execute: async (values: object) => {
      asked.push({ text: query.sql, isPrepared: name !== undefined, values });
      return [];
    },
  });
  return { asked, db: { _: { session: { prepareQuery } } } as unknown as Database };
}

describe('what is prepared', () => {
  it('a question of one form, with its values beside it', async () => {
    const { asked, db } = noting();
    const byName = statement<{ name: string }, object>(sql`select 1 where ${sql.placeholder('name')} = 'x'`);
    await byName(db, { name: 'one' });
    await byName(db, { name: 'two' });
    const text = "select 1 where $1 = 'x'";
    expect(asked).toEqual([
      { text, isPrepared: true, values: { name: 'one' } },
      { text, isPrepared: true, values: { name: 'two' } },
    ]);
  });

  it('no more than a hundred forms of others, however many are asked', async () => {
    const { asked, db } = noting();
    const ask = (form: number) => preparedRows(db, sql.raw(`select ${form}`));
    for (let form = 0; form < 150; form++) await ask(form);
    await ask(0);
    await ask(149);
    expect(asked.filter(({ isPrepared }) => isPrepared)).toHaveLength(101);
    expect(asked.at(-2)).toMatchObject({ text: 'select 0', isPrepared: true });
    expect(asked.at(-1)).toMatchObject({ text: 'select 149', isPrepared: false });
  });
});
