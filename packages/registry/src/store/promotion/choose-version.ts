import type { PromotionMark } from './promotion-store.js';

/** The facts for the choice of the version to promote. */
export interface PromotionFacts {
  /** Its newest version. */
  newest: number;
  /** The head commit that was merged; null when the caller does not know it. */
  head: string | null;
  /** The version that the runs of this commit recorded; null when none did. */
  notedForHead: number | null;
  /** Its earlier promotion to the same branch. */
  before: PromotionMark | null;
  /** Whether a second promotion includes later pushes: not for a workflow, because they are unreviewed. */
  again: boolean;
}

export type PromotionChoice =
  | { kind: 'promote'; version: number; warnings: string[] }
  | { kind: 'promoted-before'; before: PromotionMark; warnings: string[] }
  /** No run of the merged head commit pushed. */
  | { kind: 'head-unknown'; head: string };

/** Chooses the version to promote: the one recorded for the merged head commit, once. */
export function versionToPromote(facts: PromotionFacts): PromotionChoice {
  const { newest, head, notedForHead, before, again } = facts;
  const chosen = head === null ? newest : notedForHead;
  const upTo = (version: number) =>
    newest > version
      ? [`only version ${version} is promoted; later versions, up to version ${newest}, are not`]
      : [];
  if (before && (!again || (chosen !== null && chosen <= before.version))) {
    return { kind: 'promoted-before', before, warnings: again ? [] : upTo(before.version) };
  }
  if (chosen === null) return { kind: 'head-unknown', head: head ?? '' };
  const unbound = 'the head commit of the merge was not named, so its newest version is promoted';
  return { kind: 'promote', version: chosen, warnings: head === null ? [unbound] : upTo(chosen) };
}
