import type { PromotionMark } from './promotion-store.js';

/** What is known when a version of a pull request has to be chosen. */
export interface PromotionFacts {
  /** Its newest version. */
  newest: number;
  /** The head commit that was merged; null when the caller does not know it. */
  head: string | null;
  /** The version that the runs of this commit noted; null when none did. */
  notedForHead: number | null;
  /** Its promotion to the same branch before. */
  before: PromotionMark | null;
  /** Whether a second promotion brings what was pushed since: a workflow's does not, for nobody reviewed it. */
  again: boolean;
}

export type PromotionChoice =
  | { kind: 'promote'; version: number; warnings: string[] }
  | { kind: 'promoted-before'; before: PromotionMark; warnings: string[] }
  /** No run of the merged head commit pushed. */
  | { kind: 'head-unknown'; head: string };

/** Chooses what a promotion brings: the state that was noted for the merged head commit, once. */
export function versionToPromote(facts: PromotionFacts): PromotionChoice {
  const { newest, head, notedForHead, before, again } = facts;
  const wanted = head === null ? newest : notedForHead;
  const upTo = (version: number) =>
    newest > version
      ? [`what it pushed after version ${version} stays with it, up to version ${newest}`]
      : [];
  if (before && (!again || (wanted !== null && wanted <= before.version))) {
    return { kind: 'promoted-before', before, warnings: again ? [] : upTo(before.version) };
  }
  if (wanted === null) return { kind: 'head-unknown', head: head ?? '' };
  const unbound = 'the head commit of the merge was not named, so its newest version is promoted';
  return { kind: 'promote', version: wanted, warnings: head === null ? [unbound] : upTo(wanted) };
}
