import { count } from '../../vocabulary/words.js';

/** "3 days", "2 hours"; the largest unit that fits, in either direction. */
export function timeBetween(a: Date, b: Date): string {
  const minutes = Math.abs(a.getTime() - b.getTime()) / 60_000;
  if (minutes < 1) return 'less than a minute';
  if (minutes < 60) return count(Math.floor(minutes), 'minute');
  if (minutes < 48 * 60) return count(Math.floor(minutes / 60), 'hour');
  return count(Math.floor(minutes / 1440), 'day');
}
