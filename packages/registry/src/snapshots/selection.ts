import { type SQL, sql } from 'drizzle-orm';

/** Which recordings of a snapshot are wanted; an absent list selects everything. */
export interface Selection {
  /** Patterns of test ids, in which only `*` is special. */
  tests: string[] | null;
  models: string[] | null;
  /** Patterns of paths: `**` any folders, `*` within one folder. */
  paths: string[] | null;
}

/**
 * The condition of a selection on entries `e`. Recordings without a test id may serve any test, and those without a
 * model any model, so both are always part of it; paths say where recordings live at all and hold for every one.
 */
export function selectionCondition(selection: Selection): SQL {
  const conditions: SQL[] = [];
  if (selection.tests) {
    const patterns = selection.tests.map(likePattern);
    conditions.push(sql`(e.test_id is null or e.test_id like any (${sql.param(patterns)}::text[]))`);
  }
  if (selection.models) {
    conditions.push(
      sql`(e.test_id is null or e.model is null or e.model = any (${sql.param(selection.models)}::text[]))`,
    );
  }
  if (selection.paths) {
    const alternatives = selection.paths.map(pathExpression);
    conditions.push(sql`e.path ~ ${`^(?:${alternatives.join('|')})$`}`);
  }
  return conditions.length > 0 ? sql.join(conditions, sql` and `) : sql`true`;
}

/** A pattern in which only `*` is special, for LIKE. */
export function likePattern(pattern: string): string {
  return pattern.replace(/[\\%_]/g, '\\$&').replace(/\*+/g, '%');
}

/** A path pattern as a regular expression of Postgres; the same language as `pathPattern` of the protocol. */
export function pathExpression(pattern: string): string {
  return pattern.replace(/\*\*\/|\*\*|\*|[^*]+/g, (part) => {
    if (part === '**/') return '(?:.*/)?';
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    return part.replace(/[.\\+?^${}()|[\]]/g, '\\$&');
  });
}
