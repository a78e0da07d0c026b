import { withCommas } from '../text/with-commas.js';
import type { UnusedSummary } from './fetch-unused.js';

const DAY = 24 * 60 * 60 * 1000;

/**
 * Why no unused recording is removable; null if one is.
 * @param now milliseconds since 1970
 */
export function explainUnremovable(unused: UnusedSummary, now: number): string | null {
  const { days, since, recordings } = unused;
  if (recordings.some(({ isRemovable }) => isRemovable)) return null;
  const required = `--days ${days} needs ${days}`;
  const age = Math.max(0, Math.floor((now - Date.parse(since)) / DAY));
  if (age < days) return `the oldest run that counts is ${counted(age, 'day')} old; ${required}`;
  if (recordings.length === 0) return `a run read every recording within ${counted(days, 'day')}`;
  const which = recordings.length === 1 ? 'the unused recording was' : 'the unused recordings were';
  return `${which} first pulled less than ${counted(days, 'day')} ago; ${required}`;
}

function counted(count: number, noun: string): string {
  return `${withCommas(count)} ${noun}${count === 1 ? '' : 's'}`;
}
