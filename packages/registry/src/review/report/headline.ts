import { count } from '../../vocabulary/words.js';
import type { Drift } from '../differences/drift.js';
import { countTests } from './change-names.js';

/** The first line of a report: "2 tests changed behaviour, 9 reworded, 43 cosmetic; 12 new". */
export function headline(drift: Drift): string {
  const { summary, changes } = drift;
  const lost = changes.filter((change) => change.unplayable && change.kind !== 'ADDED').length;
  const levels: string[] = [];
  if (lost > 0) levels.push(`${count(lost, 'recording')} can no longer be played`);
  const behaviour = changes.filter((change) => change.level === 'BEHAVIOUR' && !change.unplayable);
  if (behaviour.length > 0) levels.push(`${countTests(behaviour)} changed behaviour`);
  const content = changes.filter((change) => change.level === 'CONTENT');
  const reworded = content.filter((change) => change.texts.length > 0).length;
  if (reworded > 0) levels.push(`${number(reworded)} reworded`);
  if (content.length > reworded) levels.push(`${number(content.length - reworded)} with changed content`);
  if (summary.metadata > 0) levels.push(`${number(summary.metadata)} with changed metadata`);
  if (summary.cosmetic > 0) levels.push(`${number(summary.cosmetic)} cosmetic`);
  const kinds: string[] = [];
  const unplayableNew = changes.filter((change) => change.unplayable && change.kind === 'ADDED').length;
  const replacing = changes.filter((change) => change.replaces !== null).length;
  const details = [
    unplayableNew > 0 ? `${number(unplayableNew)} that no recorder will find` : '',
    replacing > 0 ? `${number(replacing)} probably ${replacing === 1 ? 'replaces' : 'replace'} old ones` : '',
  ].filter((part) => part !== '');
  const suffix = details.length > 0 ? ` (${details.join(', ')})` : '';
  if (summary.added > 0) kinds.push(`${number(summary.added)} new${suffix}`);
  if (summary.removed > 0) kinds.push(`${number(summary.removed)} removed`);
  if (summary.rekeyed > 0) kinds.push(`${number(summary.rekeyed)} with a changed request`);
  if (summary.moved > 0) kinds.push(`${number(summary.moved)} moved`);
  if (levels.length === 0 && kinds.length === 0) return 'No drift';
  const quiet = lost + behaviour.length + content.length + summary.metadata === 0;
  const lead = quiet && summary.cosmetic > 0 ? 'Nothing that a test would notice: ' : '';
  return `${lead}${[levels.join(', '), kinds.join(', ')].filter((part) => part !== '').join('; ')}`;
}

/** "3 days", "2 hours"; the largest unit that fits, in either direction. */
export function timeBetween(a: Date, b: Date): string {
  const minutes = Math.abs(a.getTime() - b.getTime()) / 60_000;
  if (minutes < 1) return 'less than a minute';
  if (minutes < 60) return count(Math.floor(minutes), 'minute');
  if (minutes < 48 * 60) return count(Math.floor(minutes / 60), 'hour');
  return count(Math.floor(minutes / 1440), 'day');
}

function number(value: number): string {
  return value.toLocaleString('en-GB');
}
