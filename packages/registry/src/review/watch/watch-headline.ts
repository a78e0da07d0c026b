import type { DriftLevel } from '../../vocabulary/level.js';
import { count } from '../../vocabulary/words.js';
import { countTests } from '../report/change-names.js';
import type { WatchDrift } from './combine-repeats.js';

/**
 * What a watch found, on one line without its mark: "3 tests behave differently than their recordings; 2 recordings
 * are unstable".
 */
export function watchHeadline({ drifted, unstable, text, added, removed }: WatchDrift): string {
  const parts: string[] = [];
  if (drifted.length > 0) parts.push(describeDrifted(drifted));
  if (unstable.length > 0) {
    parts.push(`${count(unstable.length, 'recording')} ${unstable.length === 1 ? 'is' : 'are'} unstable`);
  }
  if (parts.length > 0) return parts.join('; ');
  const quiet = [
    text > 0 ? `${count(text, 'recording')} changed in text only` : '',
    added > 0 ? `${added.toLocaleString('en-GB')} new` : '',
    removed > 0 ? `${removed.toLocaleString('en-GB')} removed` : '',
  ].filter((part) => part !== '');
  return ['No test behaves differently than its recordings', ...quiet].join('; ');
}

function describeDrifted(drifted: WatchDrift['drifted']): string {
  const who = countTests(drifted.map(({ change }) => change));
  const isOne = who.startsWith('1 ');
  const than = who.includes('test') ? `${isOne ? 'its' : 'their'} recordings` : 'before';
  return `${who} ${isOne ? 'behaves' : 'behave'} differently than ${than}`;
}

/** The mark of the report of a watch. */
export function watchMark(watched: WatchDrift): '🔴' | '🟡' | '✅' {
  const level = watchLevel(watched);
  if (level === 'BEHAVIOUR') return '🔴';
  return level === 'CONTENT' ? '🟡' : '✅';
}

/** The level of a watch: what drifted is BEHAVIOUR; what is unstable, or changed in text, is CONTENT. */
export function watchLevel({ drifted, unstable, text }: WatchDrift): DriftLevel | null {
  if (drifted.length > 0) return 'BEHAVIOUR';
  return unstable.length > 0 || text > 0 ? 'CONTENT' : null;
}
