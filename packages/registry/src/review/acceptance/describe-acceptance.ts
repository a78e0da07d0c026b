import { code, count, listing } from '../../vocabulary/words.js';
import { groupBy } from '../differences/group-by.js';
import { displayName } from '../report/change-names.js';
import type { AcceptanceView } from './acceptance.js';

const MAXIMUM_NAMES = 5;

/**
 * Who accepted how many changes, and which remain, names between backticks; null when nothing was
 * accepted.
 */
export function describeAcceptance({ accepted, unaccepted, unacceptedLevel }: AcceptanceView): string | null {
  if (accepted.length === 0) return null;
  const people = [...groupBy(accepted, ({ acceptance }) => acceptance.by)];
  const all = accepted.length + unaccepted.length;
  const [first, ...more] = people;
  const who =
    first && more.length === 0
      ? `${code(first[0])} accepted`
      : `${listing(
          people.map(([by, changes]) => `${code(by)} accepted ${changes.length}`),
          MAXIMUM_NAMES,
        )}: together`;
  if (unaccepted.length === 0)
    return `${who} ${all === 1 ? 'the only change' : `all ${count(all, 'change')}`}.`;
  const names = [...new Set(unaccepted.map((change) => code(displayName(change), 160)))];
  const level = unacceptedLevel === null ? '' : ` (highest level: ${unacceptedLevel.toLowerCase()})`;
  const remaining = `Not accepted${level}: ${listing(names, MAXIMUM_NAMES)}.`;
  return `${who} ${accepted.length} of ${count(all, 'change')}. ${remaining}`;
}
