import { code, count, listing } from '../../vocabulary/words.js';
import { groupBy } from '../differences/group-by.js';
import { displayName } from '../report/headline.js';
import type { AcceptanceView } from './acceptance.js';

const MOST_NAMES = 5;

/** Who accepted how many changes and what is left, names between backticks; null when nothing was accepted. */
export function describeAcceptance({ accepted, unaccepted, unacceptedLevel }: AcceptanceView): string | null {
  if (accepted.length === 0) return null;
  const people = [...groupBy(accepted, ({ acceptance }) => acceptance.by)];
  const all = accepted.length + unaccepted.length;
  const [only, ...others] = people;
  const who =
    only && others.length === 0
      ? `${code(only[0])} accepted`
      : `${listing(
          people.map(([by, theirs]) => `${code(by)} accepted ${theirs.length}`),
          MOST_NAMES,
        )}, together`;
  if (unaccepted.length === 0)
    return `${who} ${all === 1 ? 'the only change' : `all ${count(all, 'change')}`}.`;
  const names = [...new Set(unaccepted.map((change) => code(displayName(change), 160)))];
  const level = unacceptedLevel === null ? '' : ` (${unacceptedLevel.toLowerCase()} at most)`;
  return `${who} ${accepted.length} of ${count(all, 'change')}. Not accepted${level}: ${listing(names, MOST_NAMES)}.`;
}
