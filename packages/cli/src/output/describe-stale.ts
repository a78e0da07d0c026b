import type { SnapshotAges } from '@fixture-registry/client';
import { withCommas } from '@fixture-registry/client/core';
import { counted } from './describe.js';

/** Models that are named; the others are counted. */
const MOST_MODELS = 5;

/**
 * How many recordings are older than 180 days, and of which models, as one line; no line when none is. For example
 * `412 of 3,162 recordings are older than 180 days (gpt-4o 300, llama3.2:3b 112)`.
 */
export function describeStale(ages: SnapshotAges | null): string[] {
  if (ages === null || ages.olderThanHalfYear === 0) return [];
  const { olderThanHalfYear: stale, recordings } = ages;
  const models = ages.models
    .filter(({ olderThanHalfYear }) => olderThanHalfYear > 0)
    .toSorted((a, b) => b.olderThanHalfYear - a.olderThanHalfYear);
  const named = models
    .slice(0, MOST_MODELS)
    .map(({ model, olderThanHalfYear }) => `${model ?? 'without a model'} ${withCommas(olderThanHalfYear)}`);
  const more = models.length - named.length;
  if (more > 0) named.push(`${more} more`);
  const verb = stale === 1 ? 'is' : 'are';
  const all = counted(recordings, 'recording');
  return [`${withCommas(stale)} of ${all} ${verb} older than 180 days (${named.join(', ')})`];
}
