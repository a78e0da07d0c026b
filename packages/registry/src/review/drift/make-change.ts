import { isUnplayable } from '../../recordings/playable/unplayable.js';
import type { DriftChange, DriftKind, DriftSide, ModelRename } from '../differences/drift.js';
import { describeChange } from '../report/describe-change.js';
import type { RecordingComparison } from './compare-recordings.js';
import type { ComparedPair } from './pair-difference.js';

/** Makes the change of two recordings that were compared. */
export function changeOfPair(pair: ComparedPair, comparison: RecordingComparison): DriftChange {
  const change = changeOf(kindOf(pair, comparison), pair.before, pair.after, comparison);
  return { ...change, renamedModel: renamedModelOf(pair, comparison) };
}

/** A cassette of another path whose requests are the same but for what they quote of earlier answers has moved. */
function kindOf({ kind }: ComparedPair, { exchanges, requestChange }: RecordingComparison): DriftKind {
  return kind === 'REKEYED' && exchanges.length > 0 && requestChange === null ? 'MOVED' : kind;
}

/** Makes the change of a new recording that replaces none. */
export function changeOfNew(after: DriftSide, comparison: RecordingComparison): DriftChange {
  return changeOf('ADDED', null, after, comparison);
}

/** Makes the change of a removed recording that none replaces. */
export function changeOfRemoved(before: DriftSide): DriftChange {
  return changeOf('REMOVED', before, null, null);
}

/** The model that both sides name differently; null for a recording of one call at one path. */
function renamedModelOf(
  { kind, before, after, rename }: ComparedPair,
  { exchanges }: RecordingComparison,
): ModelRename | null {
  if (kind === 'CHANGED' && exchanges.length === 0) return null;
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
    exchanges: comparison?.exchanges ?? [],
    calls: comparison?.calls ?? 1,
  };
  return { ...change, ...describeChange(change) };
}

/** Whether no recorder finds a new recording, nor another one for its request. */
function isLostNew(after: DriftSide | null): boolean {
  return after !== null && isUnplayable(after.playable) && after.answeredBy == null;
}
