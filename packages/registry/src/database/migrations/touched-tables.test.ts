import { describe, expect, it } from 'vitest';
import { readKnownMigrations } from './known-migrations.js';
import { touchedTables } from './touched-tables.js';

describe('touchedTables', () => {
  it.each([
    ['ALTER TABLE "refs" ADD COLUMN "base_name" text;', ['refs']],
    ['ALTER TABLE "a" ADD CONSTRAINT "f" FOREIGN KEY ("x") REFERENCES "public"."b"("x");', ['a', 'b']],
    ['CREATE UNIQUE INDEX "i" ON "calls" USING btree ("path");', ['calls']],
    ['DROP TABLE IF EXISTS "old";', ['old']],
    ['UPDATE "contents" SET "start" = 0;', ['contents']],
    ['DELETE FROM "readings" WHERE false;', ['readings']],
    ['CREATE TABLE "new" ("id" bigint);', []],
    ['SELECT 1', []],
  ])('%s', (statement, tables) => expect(touchedTables([statement])).toEqual(tables));

  it('finds those of the migrations of this build', () => {
    const of = (name: string) =>
      touchedTables(readKnownMigrations().migrations.find((each) => each.name === name)?.statements ?? []);
    expect(of('0008_snapshot_seals')).toEqual(['repositories', 'snapshots']);
    const untouching = readKnownMigrations().migrations.filter(
      ({ statements }) => touchedTables(statements).length === 0,
    );
    // It only inserts rows, which waits for nobody.
    expect(untouching.map(({ name }) => name)).toEqual(['0017_count_merged_changes']);
  });
});
