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
} from '../differences/drift.js';
import { sketchComparable, sketchSides } from '../pairing/load-sketches.js';
import { type Pair, pairSameCall, pairSameContent } from '../pairing/pair-recordings.js';
import { callKey, pairReplacements } from '../pairing/pair-replacements.js';
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
  const replaced = await findReplacements(called.added, difference.loadUnchanged, load);
  const pairs: ComparedPair[] = [
    ...difference.changed.map((pair) => ({ kind: 'CHANGED' as const, ...pair })),
    ...called.pairs,
    ...moved.pairs,
    ...replaced.pairs,
  ];
  const judged: DriftChange[] = [];
  let ignored = 0;
  for (const batch of batches(pairs, (pair) => comparableSize(pair.before) + comparableSize(pair.after))) {
    const differing = batch.filter((pair) => pair.before.digest !== pair.after.digest);
    const contents = await loadComparable(
      differing.flatMap((pair) => [pair.before, pair.after]),
      load,
    );
    for (const { kind, before, after } of batch) {
      const content = (side: DriftSide) => ({ side, bytes: contents.get(side.digest) ?? null });
      const comparison = compareRecordings(content(before), content(after), kind === 'CHANGED', settings);
      ignored += comparison.ignored;
      judged.push(changeOf(kind, before, after, comparison));
    }
  }
  for (const batch of batches(replaced.added, comparableSize)) {
    const contents = await loadComparable(batch, load);
    for (const after of batch)
      judged.push(
        changeOf('ADDED', null, after, judgeNew({ side: after, bytes: contents.get(after.digest) ?? null })),
      );
  }
  for (const before of called.removed) judged.push(changeOf('REMOVED', before, null, null));
  const changes = await judgeTogether(judged, difference.loadUnchanged, load);
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
type ComparedPair = Pair | { kind: 'CHANGED' | 'ADDED'; before: DriftSide; after: DriftSide };

/** Pairs new recordings with the unchanged ones that they probably replace. */
async function findReplacements(
  added: DriftSide[],
  loadUnchanged: Difference['loadUnchanged'],
  load: LoadContents,
): Promise<{ pairs: ComparedPair[]; added: DriftSide[] }> {
  const tests = [...new Set(added.map((side) => side.testId).filter((test) => test !== null))];
  const withTest = added.filter((side) => side.testId !== null);
  const calls = new Set(withTest.map(callKey));
  const found = loadUnchanged && tests.length > 0 ? await loadUnchanged(tests) : [];
  const unchanged = found.filter((side) => calls.has(callKey(side)));
  if (unchanged.length === 0) return { pairs: [], added };
  const sketches = await sketchSides([...withTest, ...unchanged], load);
  const pairs = pairReplacements(withTest, unchanged, (side) => sketches.get(side.digest));
  const paired = new Set(pairs.map((pair) => pair.after));
  return {
    pairs: pairs.map((pair) => ({ kind: 'ADDED' as const, ...pair })),
    added: added.filter((side) => !paired.has(side)),
  };
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
    unplayable: kind === 'ADDED' ? after?.playable === 'MISNAMED' : (comparison?.unplayable ?? false),
    reasons: comparison?.reasons ?? [],
    requestChange: comparison?.requestChange ?? null,
    texts: comparison?.texts ?? [],
    before,
    after,
    replaces,
    failure: comparison?.failure ?? null,
    failedBefore: comparison?.failedBefore ?? false,
    leftoverBeside: null,
    sharedWith: [],
    brokenFollowUps: [],
  };
  return { ...change, ...describeChange(change) };
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
