import { PATTERN_LIMITS, pathPattern, refusedPatterns } from '@fixture-registry/protocol';
import { type SQL, sql } from 'drizzle-orm';
import { withFileNames } from '../../recordings/reading/test-id-in-file-name.js';
import { servesModel } from './exchange-condition.js';

/** A selection of recordings; a list that is null selects all. */
export interface Selection {
  /** Test ids, or patterns of them, in which only `*` is special. */
  tests: string[] | null;
  models: string[] | null;
  /** Path patterns: `**` matches any folders, `*` any text within one folder. */
  paths: string[] | null;
}

/** The maximum number of names in a list: more than any test suite has. */
const MOST_NAMES = 100_000;
const LONGEST_NAME = 4_096;

/** Why a selection is invalid, with the field of the list; null when it is valid. */
export function refusedSelection(selection: Selection): { message: string; field: string } | null {
  for (const list of ['tests', 'models', 'paths'] as const) {
    const texts = selection[list] ?? [];
    const field = `selection.${list}`;
    if (texts.length > MOST_NAMES) {
      return { message: `${texts.length} names are more than the ${MOST_NAMES} of one selection`, field };
    }
    const long = texts.find((text) => text.length > LONGEST_NAME);
    if (long !== undefined) {
      return { message: `"${long.slice(0, 60)}…" is longer than ${LONGEST_NAME} characters`, field };
    }
    const message = list === 'models' ? null : refusedPatterns(texts);
    if (message !== null) return { message, field };
  }
  const paths = selection.paths?.length ?? 0;
  const message = `${paths} paths are more than the ${PATTERN_LIMITS.patterns} of one selection`;
  return paths > PATTERN_LIMITS.patterns ? { message, field: 'selection.paths' } : null;
}

/**
 * A selection as a condition on entries `e`. Recordings without a test id may serve any test, and those
 * without a model any model, so they are always selected. A cassette has the models of all its calls. For paths the condition is a superset, which
 * `pathFilter` narrows: every exact match in Postgres can be made slow by a crafted pattern.
 */
export function selectionCondition(selection: Selection, repositoryId: number): SQL {
  const conditions: SQL[] = [];
  if (selection.tests) {
    const tests = withFileNames(selection.tests);
    const names = tests.filter((test) => !test.includes('*'));
    const patterns = tests.filter((test) => test.includes('*')).map(likePattern);
    conditions.push(sql`(e.test_id is null or e.test_id = any (${sql.param(names)}::text[])
      or e.test_id like any (${sql.param(patterns)}::text[]))`);
  }
  if (selection.models) {
    conditions.push(sql`(e.test_id is null or ${servesModel(selection.models, repositoryId)})`);
  }
  if (selection.paths) {
    conditions.push(sql`e.path like any (${sql.param(selection.paths.map(widerLike))}::text[])`);
  }
  return conditions.length > 0 ? sql.join(conditions, sql` and `) : sql`true`;
}

/** The exact path filter of a selection; null when it selects every path. */
export function pathFilter({ paths }: Selection): ((path: string) => boolean) | null {
  if (paths === null) return null;
  const matchers = paths.map(pathPattern);
  return (path) => matchers.some((matcher) => matcher.test(path));
}

/** Converts a pattern in which only `*` is special to a LIKE pattern. */
export function likePattern(pattern: string): string {
  return pattern.replace(/[\\%_]/g, '\\$&').replace(/\*+/g, '%');
}

/** A LIKE pattern that matches at least every path of the path pattern. */
export function widerLike(pattern: string): string {
  return likePattern(pattern.replace(/(?<=^|\/)(?:\*{2,}\/)+/g, '*'));
}

/**
 * A path pattern within `PATTERN_LIMITS` as a regular expression of Postgres. It has neither captures nor
 * back references, so Postgres matches it without backtracking.
 */
export function pathExpression(pattern: string): string {
  return pattern.replace(/(?<=^|\/)(?:\*{2,}\/)+|\*{2,}|\*|[^*]+/g, (part) => {
    if (part.endsWith('*/')) return '(?:.*/)?';
    if (part.startsWith('**')) return '.*';
    if (part === '*') return '[^/]*';
    return part.replace(/[.\\+?^${}()|[\]]/g, '\\$&');
  });
}
