import { refusedPattern } from '@fixture-registry/protocol';
import { type SQL, sql } from 'drizzle-orm';
import { hashCondition } from './hash-condition.js';
import type { AccessPath } from './layered-set.js';
import { likePattern, pathExpression, widerLike } from './selection.js';

/** A filter for recordings: all given fields must match. */
export interface RecordingFilter {
  testId?: string | null | undefined;
  testIdPrefix?: string | null | undefined;
  model?: string | null | undefined;
  hash?: string | null | undefined;
  endpoint?: string | null | undefined;
  /** A path, or a pattern with `*`. */
  path?: string | null | undefined;
  /** A part of the path, test id, model or response text; case-insensitive. */
  search?: string | null | undefined;
}

/** The maximum length of a filter's texts; a search reads every text, so its limit is lower. */
const LONGEST_FILTER = 4_096;
const LONGEST_SEARCH = 200;

/** Why a filter is invalid; null when it is valid. */
export function refusedFilter(filter: RecordingFilter): string | null {
  for (const [field, text] of Object.entries(filter)) {
    const longest = field === 'search' ? LONGEST_SEARCH : LONGEST_FILTER;
    if (typeof text === 'string' && text.length > longest) {
      return `filter.${field} has ${text.length} characters; at most ${longest} are allowed`;
    }
  }
  const reason = filter.path == null ? null : refusedPattern(filter.path);
  return reason && `filter.path ${reason}`;
}

/** The filter as a condition on entries `e`. */
export function filterCondition(filter: RecordingFilter): SQL {
  const conditions: SQL[] = [];
  if (filter.testId != null) conditions.push(sql`e.test_id = ${filter.testId}`);
  if (filter.testIdPrefix != null) conditions.push(startsWith(sql`e.test_id`, filter.testIdPrefix));
  if (filter.model != null) conditions.push(sql`e.model = ${filter.model}`);
  if (filter.hash != null) conditions.push(hashCondition([filter.hash]));
  if (filter.endpoint != null) conditions.push(sql`e.endpoint = ${filter.endpoint}`);
  if (filter.path != null) {
    conditions.push(
      filter.path.includes('*')
        ? sql`(e.path like ${widerLike(filter.path)} and e.path ~ ${`^${pathExpression(filter.path)}$`})`
        : sql`e.path = ${filter.path}`,
    );
  }
  if (filter.search != null) {
    const pattern = `%${likePattern(filter.search.replaceAll('*', ' ')).trim()}%`;
    conditions.push(sql`(e.path ilike ${pattern} or e.test_id ilike ${pattern} or e.model ilike ${pattern}
      or exists (select 1 from readings s where s.repository_id = e.repository_id and s.digest = e.digest
        and s.response_text ilike ${pattern}))`);
  }
  return conditions.length > 0 ? sql.join(conditions, sql` and `) : sql`true`;
}

/**
 * A filter by test, hash or path has few calls, so it starts from them; any other filter uses the given
 * access path.
 */
export function accessPathFor({ testId, hash, path }: RecordingFilter, otherwise: AccessPath): AccessPath {
  return testId != null || hash != null || (path != null && !path.includes('*')) ? 'few' : otherwise;
}

/** A range condition, which uses an index even where the planner does not recognize a prefix pattern. */
function startsWith(column: SQL, prefix: string): SQL {
  if (prefix === '') return sql`${column} is not null`;
  // The upper bound sorts after every text with the prefix, in the column's code point order.
  return sql`(${column} >= ${prefix} and ${column} < ${`${prefix}\u{10FFFF}`})`;
}
