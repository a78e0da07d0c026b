import { rank } from '../../vocabulary/level.js';
import type { Exchange } from '../../vocabulary/recording.js';
import { code } from '../../vocabulary/words.js';
import { compareAnswers } from '../answers/compare-answers.js';
import type { DriftReason } from '../differences/drift.js';
import { groupBy } from '../differences/group-by.js';
import type { AlignedExchange } from '../pairing/align-exchanges.js';
import { callName } from '../pairing/call-urls.js';

/**
 * Judges exchanges that changed places with others of their key. A recorder that does not match bodies plays the
 * first one that was not played yet, so a test gets other responses when they differ, and notices nothing when they
 * do not.
 *
 * @returns the reasons for the moved exchanges of a key
 */
export function compareOrder(aligned: readonly AlignedExchange[]): (key: string) => DriftReason[] {
  const pairs = aligned.filter(isPair);
  const movedKeys = new Set(pairs.filter(({ isMoved }) => isMoved).map(({ before }) => before.key));
  const ofMoved = pairs.filter(({ before }) => movedKeys.has(before.key));
  const reasons = new Map(
    [...groupBy(ofMoved, ({ before }) => before.key)].map(([key, ofKey]) => [key, reasonOf(ofKey)]),
  );
  return (key) => reasons.get(key) ?? [];
}

interface PairOfExchanges {
  before: Exchange;
  after: Exchange;
}

function isPair(one: AlignedExchange): one is AlignedExchange & PairOfExchanges {
  return one.before !== null && one.after !== null;
}

function reasonOf(pairs: PairOfExchanges[]): DriftReason[] {
  const inOrder = (exchanges: Exchange[]) => exchanges.toSorted((a, b) => a.position - b.position);
  const olds = inOrder(pairs.map(({ before }) => before));
  const news = inOrder(pairs.map(({ after }) => after));
  // The test gets these two responses at the same call.
  const isNoticed = olds.some((old, index) => isOtherAnswer(old, news[index] as Exchange));
  const name = code(callName(olds[0] as Exchange), 120);
  return isNoticed
    ? [
        {
          rule: 'order',
          level: 'BEHAVIOUR',
          path: 'exchanges',
          words: `order of the responses to ${name} changed`,
        },
      ]
    : [{ rule: 'order', level: 'COSMETIC', path: 'exchanges', words: `order of equal responses to ${name}` }];
}

function isOtherAnswer(a: Exchange, b: Exchange): boolean {
  return compareAnswers(a.answer, b.answer).reasons.some(({ level }) => rank(level) >= rank('CONTENT'));
}
