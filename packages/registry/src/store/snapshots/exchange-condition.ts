import { type SQL, sql } from 'drizzle-orm';
import type { Outcome } from '../../vocabulary/recording.js';

// Look-ups in the calls of cassettes, for queries of entries. An entry copies the model and the endpoint of its
// content; both are null for a cassette whose calls differ, and only then its calls are read.

/**
 * Whether a repository has a cassette. It depends on no row, so Postgres evaluates it once per query: in a
 * repository without cassettes, the conditions below cost nothing.
 */
export const hasCassettes = (repositoryId: number): SQL =>
  sql`(select exists (select 1 from exchanges where repository_id = ${repositoryId}))`;

/**
 * Whether an entry `e` is a cassette with a call `x` that meets a condition. A subquery for one value stays a
 * look-up by key: the planner turns `exists` into a join, and reads all calls.
 */
export const hasCall = (where: SQL): SQL =>
  sql`coalesce((select true from exchanges x where x.repository_id = e.repository_id and x.digest = e.digest
    and ${where} limit 1), false)`;

/** Joins entries `u` (with `repository_id` and `digest`) with each model of their calls, as `x`. */
export const MODELS_OF_CALLS = sql`
  cross join lateral (select distinct x.model from exchanges x
    where x.repository_id = u.repository_id and x.digest = u.digest and x.model is not null offset 0) x`;

/**
 * Joins entries `e` without a model with each model of their calls, as `x`; other entries keep their row.
 * `x.is_first` is true for one of the rows of an entry that has several, and null for an entry with one.
 */
export const modelsOfCassette = (repositoryId: number): SQL => sql`
  left join lateral (select d.model, row_number() over () = 1 as is_first from (
    select distinct x.model from exchanges x where ${mayHaveModels(repositoryId)}
    and x.repository_id = e.repository_id and x.digest = e.digest and x.model is not null) d offset 0) x on true`;

/** The models of a group of entries `u` of tests, as two columns for `MODELS_OF_GROUP`. */
export const modelsOfGroup = (repositoryId: number): SQL => sql`
  array_agg(distinct u.model) filter (where u.model is not null) as named,
  array_agg(distinct u.digest) filter (where u.model is null and ${hasCassettes(repositoryId)}) as unnamed`;

/** The models of a group `g`, and those of its cassettes whose calls name several. */
export const allModels = (repositoryId: number): SQL => sql`
  case when g.unnamed is null then coalesce(g.named, '{}') else array(
    select unnest(g.named) union select x.model from exchanges x
    where x.repository_id = ${repositoryId} and x.digest = any(g.unnamed) and x.model is not null order by 1) end`;

/** The condition that an entry `e` may be a cassette whose calls name several models. */
export const mayHaveModels = (repositoryId: number): SQL =>
  sql`(e.model is null and ${hasCassettes(repositoryId)})`;

/**
 * The condition that an entry `e` serves one of the models: its model or that of one of its calls, or neither
 * the entry nor a call names one.
 */
export function servesModel(models: string[], repositoryId: number): SQL {
  const isNamed = (column: SQL) => sql`${column} = any (${sql.param(models)}::text[])`;
  return sql`(${isNamed(sql`e.model`)} or e.model is null and (not ${hasCassettes(repositoryId)}
    or ${hasCall(isNamed(sql`x.model`))} or not ${hasCall(sql`x.model is not null`)}))`;
}

/** The fields of a filter that one and the same call must have. */
export interface CallFilter {
  model?: string | null | undefined;
  endpoint?: string | null | undefined;
  outcome?: Outcome | null | undefined;
}

/** The condition that a call `x` matches; null when the filter has none of the fields. */
export function callCondition({ model, endpoint, outcome }: CallFilter): SQL | null {
  const conditions: SQL[] = [];
  if (model != null) conditions.push(sql`x.model = ${model}`);
  if (endpoint != null) conditions.push(sql`x.endpoint = ${endpoint}`);
  if (outcome != null) conditions.push(sql`x.outcome = ${outcome}`);
  return conditions.length === 0 ? null : sql.join(conditions, sql` and `);
}

/**
 * The condition that an entry `e` is a call that matches, or a cassette with one.
 * @param outcomeOf the outcome of the entry's content: `ERROR` when one of its calls is an error
 */
export function hasMatchingCall(filter: CallFilter, repositoryId: number, outcomeOf: SQL): SQL | null {
  const { model, endpoint, outcome } = filter;
  const matches = callCondition(filter);
  if (matches === null) return null;
  const whole: SQL[] = [];
  const possible: SQL[] = [];
  if (model != null) {
    whole.push(sql`e.model = ${model}`);
    possible.push(sql`(e.model is null or e.model = ${model})`);
  }
  if (endpoint != null) {
    whole.push(sql`e.endpoint = ${endpoint}`);
    possible.push(sql`(e.endpoint is null or e.endpoint = ${endpoint})`);
  }
  if (outcome != null) {
    whole.push(sql`${outcomeOf} = ${outcome}`);
    if (outcome === 'ERROR') possible.push(sql`${outcomeOf} = 'ERROR'`);
  }
  const isCassette = sql`(${hasCassettes(repositoryId)} and ${hasCall(sql`true`)})`;
  // The error of a cassette may be that of a call without the model.
  if (whole.length > 1 && outcome != null) whole.push(sql`not ${isCassette}`);
  const inCassette = [hasCassettes(repositoryId), ...possible, hasCall(matches)];
  return sql`(${sql.join(whole, AND)} or ${sql.join(inCassette, AND)})`;
}

const AND = sql` and `;
