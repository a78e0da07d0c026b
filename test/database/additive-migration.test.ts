import { describe, expect, it } from 'vitest';

interface Migration {
  tag: string;
  when: number;
  sql: string;
}
type Contract = Record<'migration' | 'oldest' | 'why', string>;

const script = new URL('../../scripts/additive-migration.js', import.meta.url).href;
const { reasonsAgainst, problemsOf } = (await import(script)) as {
  reasonsAgainst(sql: string): string[];
  problemsOf(migrations: Migration[], contracts: Contract[], released: string): string[];
};

const NEW_TABLE = 'CREATE TABLE "notes" (\n\t"id" bigint PRIMARY KEY,\n\t"text" text NOT NULL\n);';
const FILL = 'INSERT INTO "notes" SELECT 1, \'a\';';
const inOne = (...statements: string[]) => statements.join('--> statement-breakpoint\n');

describe('an additive migration', () => {
  it.each([
    [NEW_TABLE],
    ['-- Why.\nALTER TABLE "settings" ADD COLUMN "note" text;'],
    ['ALTER TABLE "public"."settings" ADD COLUMN "note" text DEFAULT \'a; b\' NOT NULL'],
    [
      `ALTER TABLE "snapshots" ADD COLUMN "seal" text DEFAULT left(replace(gen_random_uuid()::text, '-', ''), 12) NOT NULL;`,
    ],
    ['ALTER TABLE "calls" ADD COLUMN "id2" bigint NOT NULL GENERATED ALWAYS AS IDENTITY;'],
    ['CREATE INDEX "settings_note" ON "settings" USING btree ("note");'],
    ['ANALYZE "settings";'],
    [inOne(NEW_TABLE, 'CREATE UNIQUE INDEX "notes_text" ON "notes" USING btree ("text");')],
    [inOne(NEW_TABLE, FILL)],
    [
      inOne(
        NEW_TABLE,
        'ALTER TABLE "notes" ADD CONSTRAINT "a_fk" FOREIGN KEY ("id") REFERENCES "public"."refs"("id") ON DELETE cascade;',
      ),
    ],
    [
      inOne(
        'ALTER TABLE "settings" ADD COLUMN "note" text;',
        'UPDATE "settings" SET "note" = "text" WHERE "text" = \'x\';',
      ),
    ],
    [
      inOne(
        NEW_TABLE,
        'CREATE FUNCTION "stop"() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN RAISE EXCEPTION \'no\'; END $$;',
        'CREATE OR REPLACE FUNCTION "stop"() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN RETURN OLD; END $$;',
        'CREATE TRIGGER "notes_stop" BEFORE UPDATE ON "notes"\n\tFOR EACH ROW EXECUTE FUNCTION "stop"();',
      ),
    ],
  ])('is recognized: %s', (sql) => {
    expect(reasonsAgainst(sql)).toEqual([]);
  });
});

describe('a migration that drops, restricts or changes something', () => {
  it.each([
    ['DROP TABLE "settings";', /only add/],
    ['ALTER TABLE "settings" DROP COLUMN "text";', /only add/],
    ['ALTER TABLE "settings" RENAME COLUMN "text" TO "words";', /only add/],
    ['ALTER TABLE "settings" RENAME TO "words";', /only add/],
    ['ALTER TABLE "settings" ALTER COLUMN "text" SET NOT NULL;', /only add/],
    ['ALTER TABLE "settings" ALTER COLUMN "text" SET DATA TYPE bytea;', /only add/],
    ['ALTER TABLE "settings" ALTER COLUMN "text" DROP DEFAULT;', /only add/],
    ['ALTER TABLE "settings" ADD COLUMN "note" text NOT NULL;', /leave the column empty/],
    ['ALTER TABLE "settings" ADD COLUMN "note" text UNIQUE;', /constraint/],
    ['ALTER TABLE "settings" ADD CONSTRAINT "c" CHECK ("text" <> \'\');', /constraint/],
    ['CREATE UNIQUE INDEX "u" ON "settings" USING btree ("text");', /duplicates/],
    ['DROP INDEX "calls_test";', /only add/],
    ['TRUNCATE "settings";', /only add/],
    ['DELETE FROM "settings";', /only add/],
    ['UPDATE "settings" SET "text" = \'\';', /these columns/],
    ['INSERT INTO "settings" SELECT 1;', /this table/],
    ['DO $$ BEGIN DROP TABLE "settings"; END $$;', /only add/],
    [
      'CREATE TRIGGER "t" BEFORE INSERT ON "settings"\n\tFOR EACH ROW EXECUTE FUNCTION "stop"();',
      /this table/,
    ],
    ['ALTER TABLE "settings" ADD COLUMN "note" text; DROP TABLE "settings";', /several/],
    [
      inOne(
        'ALTER TABLE "settings" ADD COLUMN "note" text;',
        'UPDATE "settings" SET "note" = \'\', "text" = \'\';',
      ),
      /these columns/,
    ],
    [
      inOne(
        NEW_TABLE,
        'ALTER TABLE "notes" ADD CONSTRAINT "a_fk" FOREIGN KEY ("id") REFERENCES "public"."refs"("id") ON DELETE no action;',
      ),
      /could not delete/,
    ],
  ])('is not additive: %s', (sql, reason) => {
    expect(reasonsAgainst(sql)).toEqual([expect.stringMatching(reason)]);
  });
});

describe('contracts of migrations', () => {
  const sql = 'ALTER TABLE "a" ADD COLUMN "b" text;';
  const gone = 'ALTER TABLE "a" DROP COLUMN "b";';
  const files = (...sqls: string[]): Migration[] =>
    sqls.map((text, index) => ({ tag: `m${index}`, when: index, sql: text }));
  const contract = (migration: string, oldest: string): Contract => ({ migration, oldest, why: 'why' });

  it.each([
    ['nothing to declare', files(sql, sql), [], 'm1', null],
    ['undeclared', files(sql, gone), [], 'm1', /m1 is not in drizzle\/contracts.json/],
    ['declared, of an earlier release', files(sql, gone), [contract('m1', 'm1')], 'm1', null],
    ['declared, and the release before works', files(sql, gone), [contract('m1', 'm0')], 'm0', null],
    [
      'declared, and the release before breaks',
      files(sql, gone),
      [contract('m1', 'm1')],
      'm0',
      /one release later/,
    ],
    ['rows for a table that no release knows', files(sql, NEW_TABLE, FILL), [], 'm0', null],
    [
      'rows for a table of the release',
      files(sql, NEW_TABLE, FILL),
      [],
      'm1',
      /earlier builds use this table/,
    ],
    ['unknown migration', files(sql), [contract('m7', 'm0')], 'm0', /m7 needs/],
    ['oldest after the migration', files(sql, sql), [contract('m0', 'm1')], 'm1', /m0 needs/],
    ['unknown release', files(sql), [], 'm7', /no migration m7/],
    ['dated backwards', [...files(sql, sql)].reverse(), [], 'm1', /never be applied/],
  ])('%s', (_, migrations, contracts, released, problem) => {
    const problems = problemsOf(migrations, contracts, released);
    if (problem === null) expect(problems).toEqual([]);
    else expect(problems).toEqual([expect.stringMatching(problem)]);
  });
});
