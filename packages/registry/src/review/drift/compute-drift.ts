import { NO_SETTINGS, type Settings } from '../../store/settings/settings.js';
import { type DriftLevel, higher } from '../../vocabulary/level.js';
import { RULES_VERSION } from '../answers/rules.js';
import { batches, comparableSize, loadComparable } from '../differences/content-batches.js';
import type { Difference, Drift, DriftChange, DriftSide, LoadContents } from '../differences/drift.js';
import { findLeftovers } from '../pairing/find-leftovers.js';
import { findShared } from '../pairing/find-shared.js';
import { compareChanges } from '../report/sort-changes.js';
import { type DriftWork, makeDriftWork } from './drift-work.js';
import { judgeTogether } from './judge-together.js';
import { changeOfNew, changeOfPair, changeOfRemoved } from './make-change.js';
import { type ComparedPair, type PairedDifference, pairDifference } from './pair-difference.js';
import { summarise } from './summarise.js';

/**
 * Compares two snapshots as a test sees them. Loads contents only for differences, about 16 MiB at
 * a time. Every path of the difference is in exactly one change, and the result is equal for equal
 * input.
 *
 * @param work parses contents; by default in this thread
 */
export async function computeDrift(
  difference: Difference,
  load: LoadContents,
  settings: Settings = NO_SETTINGS,
  work: DriftWork = makeDriftWork(null),
): Promise<Drift> {
  const paired = await pairDifference(difference, load, work.sketch);
  const compared = await comparePairs(paired.pairs, load, settings, work);
  const changes = [
    ...compared.changes,
    ...(await judgeAdded(paired.added, load, work)),
    ...paired.removed.map(changeOfRemoved),
  ];
  await judgeTogether(changes, difference.loadUnchanged, load);
  await relateChanges(changes, paired, difference, load, work);
  changes.sort(compareChanges);
  return {
    changes,
    summary: summarise(changes, difference.unchanged),
    level: changes.reduce<DriftLevel | null>((level, change) => higher(level, change.level), null),
    ignored: compared.ignored,
    rules: RULES_VERSION,
  };
}

async function comparePairs(
  pairs: ComparedPair[],
  load: LoadContents,
  settings: Settings,
  work: DriftWork,
): Promise<{ changes: DriftChange[]; ignored: number }> {
  const changes: DriftChange[] = [];
  let ignored = 0;
  for (const batch of batches(pairs, (pair) => comparableSize(pair.before) + comparableSize(pair.after))) {
    const differing = batch.filter((pair) => pair.kind === 'ADDED' || !haveSameBytes(pair));
    const contents = await loadComparable(
      differing.flatMap((pair) => [pair.before, pair.after]),
      load,
    );
    const content = (side: DriftSide) => ({ side, bytes: contents.get(side.digest) ?? null });
    for (const pair of batch) {
      const { kind, before, after } = pair;
      const comparison =
        kind === 'ADDED' && haveSameBytes(pair)
          ? await work.judge(content(after))
          : await work.compare(content(before), content(after), kind === 'CHANGED', settings);
      ignored += comparison.ignored;
      changes.push(changeOfPair(pair, comparison));
    }
  }
  return { changes, ignored };
}

/** Judges new recordings that replace none. */
async function judgeAdded(added: DriftSide[], load: LoadContents, work: DriftWork): Promise<DriftChange[]> {
  const changes: DriftChange[] = [];
  for (const batch of batches(added, comparableSize)) {
    const contents = await loadComparable(batch, load);
    for (const side of batch)
      changes.push(changeOfNew(side, await work.judge({ side, bytes: contents.get(side.digest) ?? null })));
  }
  return changes;
}

/** Notes failed attempts beside good recordings, and recordings that other tests play, too. */
async function relateChanges(
  changes: DriftChange[],
  { pairs, removed }: PairedDifference,
  { changed, added, loadUnchanged, loadEarlierTests }: Difference,
  load: LoadContents,
  work: DriftWork,
): Promise<void> {
  const leftovers = await findLeftovers(changes, load, work.sketch);
  const moves = pairs.filter(({ kind }) => kind === 'REKEYED' || kind === 'MOVED');
  const shared = await findShared({ changed, pairs: moves, removed, added, loadUnchanged, loadEarlierTests });
  for (const change of changes) {
    change.leftoverBeside = leftovers.get(change.path) ?? null;
    if (change.kind === 'CHANGED') change.sharedWith = shared.get(change.path) ?? [];
  }
}

function haveSameBytes({ before, after }: ComparedPair): boolean {
  return before.digest === after.digest;
}
