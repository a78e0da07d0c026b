import { count } from '../../vocabulary/words.js';

/** What retention removed; bytes of contents as in files, freed bytes as stored. */
export interface Removed {
  pullRequests: number;
  /** Re-runs of pull requests, and watch runs. */
  otherRefs: number;
  /** Versions of branches. */
  snapshots: number;
  commits: number;
  entries: number;
  calls: number;
  contents: number;
  contentBytes: number;
  /** Repacked or removed blocks. */
  blocks: number;
  freed: number;
  /** Objects of the bucket that belong to no block. */
  objects: number;
  events: number;
  /** Reports of use, and last uses of paths that no recording has. */
  uses: number;
  acceptances: number;
}

export const NOTHING: Readonly<Removed> = {
  pullRequests: 0,
  otherRefs: 0,
  snapshots: 0,
  commits: 0,
  entries: 0,
  calls: 0,
  contents: 0,
  contentBytes: 0,
  blocks: 0,
  freed: 0,
  objects: 0,
  events: 0,
  uses: 0,
  acceptances: 0,
};

/** Adds what was removed to a sum. */
export function addRemoved(sum: Removed, added: Partial<Removed>): void {
  for (const key of Object.keys(sum) as (keyof Removed)[]) sum[key] += added[key] ?? 0;
}

/** What was removed, as a list such as `2 pull requests, 14 snapshots`; null when it is nothing. */
export function describeRemoved(removed: Removed): string | null {
  const words: [number, string, string?][] = [
    [removed.pullRequests, 'pull request'],
    [removed.otherRefs, 're-run or watch run', 're-runs or watch runs'],
    [removed.snapshots, 'snapshot'],
    [removed.commits, 'commit'],
    [removed.entries, 'entry', 'entries'],
    [removed.contents, 'content'],
    [removed.events, 'audit event'],
    [removed.uses, 'record of use', 'records of use'],
    [removed.acceptances, 'acceptance'],
  ];
  const parts = words.filter(([number]) => number > 0).map((each) => count(...each));
  return parts.length > 0 ? parts.join(', ') : null;
}
