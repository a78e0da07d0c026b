import { type DriftLevel, higher, rank } from '../../vocabulary/level.js';
import type { DriftChange } from '../differences/drift.js';
import { compareChanges } from '../report/sort-changes.js';
import { judgeRepeats } from './judge-repeats.js';

/** A recording that drifted or is unstable. */
export interface WatchChange {
  /** How it differs from the baseline in one of the repeats. */
  change: DriftChange;
  /** The position of that repeat. */
  position: number;
  /** Its level in each repeat; null where it is the same as in the baseline. */
  levels: (DriftLevel | null)[];
}

/** What the repeats of a watch say together. */
export interface WatchDrift {
  /** In the order of the reports. */
  drifted: WatchChange[];
  unstable: WatchChange[];
  /** Numbers of recordings: with changed content only, new ones and removed ones. */
  text: number;
  added: number;
  removed: number;
}

/** How one repeat differs from the baseline, by the recording of the baseline. */
export type RepeatChanges = Map<string, RepeatChange>;

interface RepeatChange {
  level: DriftLevel | null;
  /** The most important change. */
  change: DriftChange;
  /** Where the repeat has the recording. */
  paths: string[];
}

/** A new recording belongs to the one that it replaces: a test that calls differently makes another request. */
const recordingOf = ({ previousPath, replaces, path }: DriftChange) => previousPath ?? replaces?.path ?? path;

/** The changes of a repeat by recording. A recording with several, such as two follow-ups, has the highest level. */
export function changesByRecording(changes: readonly DriftChange[]): RepeatChanges {
  const found: RepeatChanges = new Map();
  for (const change of changes) {
    const key = recordingOf(change);
    const paths = change.after === null ? [] : [change.after.path];
    const known = found.get(key);
    if (known === undefined) found.set(key, { level: change.level, change: withoutDetails(change), paths });
    else {
      known.paths.push(...paths);
      if (rank(change.level) > rank(known.level))
        Object.assign(known, { level: change.level, change: withoutDetails(change) });
    }
  }
  return found;
}

/** Only the causes of changed behaviour are shown with details; those of thousands of other changes would fill memory. */
function withoutDetails(change: DriftChange): DriftChange {
  if (change.level === 'BEHAVIOUR') return change;
  return { ...change, reasons: [], texts: [], exchanges: [], requestChange: null };
}

/** The levels of a comparison of two repeats, by the path in the first one. */
export function levelsByRecording(changes: readonly DriftChange[]): Map<string, DriftLevel | null> {
  const levels = new Map<string, DriftLevel | null>();
  for (const change of changes) {
    const key = recordingOf(change);
    levels.set(key, higher(change.level, levels.get(key) ?? null));
  }
  return levels;
}

/**
 * Tells what drifted from what is unstable. Pure.
 * @param repeats each against the baseline, at least one
 * @param between each later repeat against the first one
 */
export function combineRepeats(
  repeats: readonly RepeatChanges[],
  between: readonly Map<string, DriftLevel | null>[],
): WatchDrift {
  const drift: WatchDrift = { drifted: [], unstable: [], text: 0, added: 0, removed: 0 };
  for (const key of new Set(repeats.flatMap((repeat) => [...repeat.keys()]))) {
    const levels = repeats.map((repeat) => repeat.get(key)?.level ?? null);
    const verdict = judgeRepeats(
      levels,
      between.map((compared) => levelInFirst(key, repeats[0], compared)),
    );
    const position = shownRepeat(key, repeats, levels);
    const change = repeats[position]?.get(key)?.change;
    if (change === undefined) continue;
    if (verdict === 'drifted' || verdict === 'unstable') drift[verdict].push({ change, position, levels });
    else if (verdict === 'text') drift.text++;
    else if (change.level === null && change.kind === 'ADDED') drift.added++;
    else if (change.kind === 'REMOVED') drift.removed++;
  }
  const byImportance = (a: WatchChange, b: WatchChange) => compareChanges(a.change, b.change);
  drift.drifted.sort(byImportance);
  drift.unstable.sort(byImportance);
  return drift;
}

/** The highest level of the recordings that the first repeat has of one recording of the baseline. */
function levelInFirst(
  key: string,
  first: RepeatChanges | undefined,
  compared: Map<string, DriftLevel | null>,
): DriftLevel | null {
  const paths = new Set([key, ...(first?.get(key)?.paths ?? [])]);
  return [...paths].reduce<DriftLevel | null>(
    (level, path) => higher(compared.get(path) ?? null, level),
    null,
  );
}

/** The position of the first repeat with the highest level, which says most. */
function shownRepeat(
  key: string,
  repeats: readonly RepeatChanges[],
  levels: readonly (DriftLevel | null)[],
): number {
  const having = [...repeats.keys()].filter((position) => repeats[position]?.has(key));
  return having.reduce(
    (best, position) => (rank(levels[position] ?? null) > rank(levels[best] ?? null) ? position : best),
    having[0] ?? 0,
  );
}
