import { isUnplayable } from '../../recordings/playable/unplayable.js';
import { NO_SETTINGS, type Settings } from '../../store/settings/settings.js';
import { type DriftLevel, higher } from '../../vocabulary/level.js';
import { RULES_VERSION } from '../answers/rules.js';
import { batches, comparableSize, loadComparable } from '../differences/content-batches.js';
import type {
  Difference,
  Drift,
  DriftChange,
  DriftKind,
  DriftSide,
  DriftSummary,
  LoadContents,
  ModelRename,
} from '../differences/drift.js';
import { findLeftovers } from '../pairing/find-leftovers.js';
import { findReplacements } from '../pairing/find-replacements.js';
import { findShared } from '../pairing/find-shared.js';
import { sketchComparable } from '../pairing/load-sketches.js';
import { type Pair, pairSameCall, pairSameContent } from '../pairing/pair-recordings.js';
import { describeChange } from '../report/describe-change.js';
import { compareChanges } from '../report/sort-changes.js';
import { compareRecordings, type RecordingComparison } from './compare-recordings.js';
import { judgeNew } from './judge-new.js';
import { judgeTogether } from './judge-together.js';

/**
 * Compares two snapshots as a test sees them. Loads contents only for differences, about 16 MiB at
 * a time. Every path of the difference is in exactly one change, and the result is equal for equal
 * input.
 */
export async function computeDrift(
  difference: Difference,
  load: LoadContents,
  settings: Settings = NO_SETTINGS,
): Promise<Drift> {
  const moved = pairSameContent(difference.removed, difference.added);
  const sketches = await sketchComparable(moved.removed, moved.added, load);
  const called = pairSameCall(moved.removed, moved.added, (side) => sketches.get(side.digest));
  const recorded = [...difference.added, ...difference.changed.map(({ after }) => after)];
  const replacements = await findReplacements(
    called.added,
    {
      used: [...called.pairs, ...difference.changed].map(({ before }) => before),
      changed: difference.changed.map(({ after }) => after),
      removed: called.removed,
      recordedModels: new Set(recorded.flatMap(({ model }) => model ?? [])),
      loadUnchanged: difference.loadUnchanged,
      loadModels: difference.loadModels,
    },
    load,
  );
  const replacing = new Set(replacements.map(({ after }) => after));
  const pairs: ComparedPair[] = [
    ...difference.changed.map((pair) => ({ kind: 'CHANGED' as const, rename: null, ...pair })),
    ...called.pairs,
    ...moved.pairs,
    ...replacements.map((pair) => ({ kind: 'ADDED' as const, ...pair })),
  ];
  const changes: DriftChange[] = [];
  let ignored = 0;
  for (const batch of batches(pairs, (pair) => comparableSize(pair.before) + comparableSize(pair.after))) {
    const differing = batch.filter((pair) => pair.kind === 'ADDED' || !haveSameBytes(pair));
    const contents = await loadComparable(
      differing.flatMap((pair) => [pair.before, pair.after]),
      load,
    );
    for (const pair of batch) {
      const { kind, before, after } = pair;
      const content = (side: DriftSide) => ({ side, bytes: contents.get(side.digest) ?? null });
      const comparison =
        kind === 'ADDED' && haveSameBytes(pair)
          ? judgeNew(content(after))
          : compareRecordings(content(before), content(after), kind === 'CHANGED', settings);
      ignored += comparison.ignored;
      changes.push({ ...changeOf(kind, before, after, comparison), renamedModel: renamedModelOf(pair) });
    }
  }
  const unpaired = called.added.filter((side) => !replacing.has(side));
  for (const batch of batches(unpaired, comparableSize)) {
    const contents = await loadComparable(batch, load);
    for (const after of batch)
      changes.push(
        changeOf('ADDED', null, after, judgeNew({ side: after, bytes: contents.get(after.digest) ?? null })),
      );
  }
  for (const before of called.removed) changes.push(changeOf('REMOVED', before, null, null));
  await judgeTogether(changes, difference.loadUnchanged, load);
  const leftovers = await findLeftovers(changes, load);
  const shared = await findShared({
    changed: difference.changed,
    pairs: [...called.pairs, ...moved.pairs],
    removed: called.removed,
    added: difference.added,
    loadUnchanged: difference.loadUnchanged,
    loadEarlierTests: difference.loadEarlierTests,
  });
  for (const change of changes) {
    change.leftoverBeside = leftovers.get(change.path) ?? null;
    if (change.kind === 'CHANGED') change.sharedWith = shared.get(change.path) ?? [];
  }
  changes.sort(compareChanges);
  return {
    changes,
    summary: summarise(changes, difference.unchanged),
    level: changes.reduce<DriftLevel | null>((level, change) => higher(level, change.level), null),
    ignored,
    rules: RULES_VERSION,
  };
}

/** Two recordings to compare; for `ADDED`, `before` is the one that it probably replaces. */
type ComparedPair = Pick<Pair, 'before' | 'after' | 'rename'> & { kind: DriftKind };

function haveSameBytes({ before, after }: ComparedPair): boolean {
  return before.digest === after.digest;
}

/** The model that both sides name differently; null for recordings at one path. */
function renamedModelOf({ kind, before, after, rename }: ComparedPair): ModelRename | null {
  if (kind === 'CHANGED') return null;
  if (before.model === null || after.model === null || before.model === after.model) return rename;
  return { from: before.model, to: after.model };
}

function changeOf(
  kind: DriftKind,
  compared: DriftSide | null,
  after: DriftSide | null,
  comparison: RecordingComparison | null,
): DriftChange {
  // The recording that a new one probably replaces still exists, so it is not a side of the change.
  const [before, replaces] = kind === 'ADDED' ? [null, compared] : [compared, null];
  const side = (after ?? before) as DriftSide;
  const change = {
    kind,
    level: comparison?.level ?? null,
    path: side.path,
    previousPath: before && after && before.path !== after.path ? before.path : null,
    testId: side.testId ?? before?.testId ?? null,
    model: side.model ?? before?.model ?? null,
    unplayable: kind === 'ADDED' ? isLostNew(after) : (comparison?.unplayable ?? false),
    reasons: comparison?.reasons ?? [],
    requestChange: comparison?.requestChange ?? null,
    texts: comparison?.texts ?? [],
    before,
    after,
    replaces,
    renamedModel: null,
    failure: comparison?.failure ?? null,
    failedBefore: comparison?.failedBefore ?? false,
    leftoverBeside: null,
    sharedWith: [],
    brokenFollowUps: [],
  };
  return { ...change, ...describeChange(change) };
}

/** Whether no recorder finds a new recording, nor another one for its request. */
function isLostNew(after: DriftSide | null): boolean {
  return after !== null && isUnplayable(after.playable) && after.answeredBy == null;
}

function summarise(changes: DriftChange[], unchanged: number): DriftSummary {
  const of = (kind: DriftKind) => changes.filter((change) => change.kind === kind).length;
  const at = (level: DriftLevel) => changes.filter((change) => change.level === level).length;
  return {
    added: of('ADDED'),
    removed: of('REMOVED'),
    changed: of('CHANGED'),
    rekeyed: of('REKEYED'),
    moved: of('MOVED'),
    unchanged,
    cosmetic: at('COSMETIC'),
    metadata: at('METADATA'),
    content: at('CONTENT'),
    behaviour: at('BEHAVIOUR'),
    errors: changes.filter(({ failure }) => failure?.kind === 'ERROR' || failure?.kind === 'TOOL_ERROR')
      .length,
    unplayable: changes.filter((change) => change.unplayable).length,
  };
}
