import { type DriftLevel, rank } from '../../vocabulary/level.js';

/**
 * `drifted`: the API behaves differently than the recording, in the same way each time. `unstable`: it behaves
 * differently from one repeat to the next, so nobody can say whether it changed. `text`: the content changed, in
 * at least one repeat. `quiet`: nothing that a test would notice.
 */
export type WatchVerdict = 'drifted' | 'unstable' | 'text' | 'quiet';

/**
 * Judges a recording by the levels of its repeats. Pure.
 * @param levels of each repeat against the baseline; null without a difference
 * @param between of each later repeat against the first one
 */
export function judgeRepeats(
  levels: readonly (DriftLevel | null)[],
  between: readonly (DriftLevel | null)[],
): WatchVerdict {
  const differing = levels.filter((level) => level === 'BEHAVIOUR').length;
  if (between.includes('BEHAVIOUR')) return 'unstable';
  if (differing > 0) return differing === levels.length ? 'drifted' : 'unstable';
  return levels.some((level) => rank(level) >= rank('CONTENT')) ? 'text' : 'quiet';
}
