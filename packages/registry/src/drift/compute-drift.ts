import { MAXIMUM_READ_BYTES } from '../recordings/document.js';
import { RULES_VERSION } from './answers/rules.js';
import { compareRecordings, type RecordingComparison } from './compare-recordings.js';
import { describeChange } from './describe-change.js';
import {
  type Difference,
  type Drift,
  type DriftChange,
  type DriftKind,
  type DriftLevel,
  type DriftSide,
  type DriftSummary,
  higher,
  KINDS,
  type LoadContents,
  rank,
} from './drift.js';
import { type Pair, pairSameCall, pairSameContent } from './pairing/pair-recordings.js';
import { type RequestSketch, sketchRequest } from './pairing/request-likeness.js';

/** Bytes of content held at once. */
const BATCH_BYTES = 16 * 1024 * 1024;

/**
 * Compares two snapshots as a test would see them. Contents are loaded only for what differs, at most about 16 MiB at a
 * time. Every path of the difference occurs in exactly one change, and the result is the same for the same input.
 */
export async function computeDrift(difference: Difference, load: LoadContents): Promise<Drift> {
  const moved = pairSameContent(difference.removed, difference.added);
  const sketches = await sketchAll(moved.removed, moved.added, load);
  const called = pairSameCall(moved.removed, moved.added, (side) => sketches.get(side.digest));
  const pairs: (Pair | { kind: 'CHANGED'; before: DriftSide; after: DriftSide })[] = [
    ...difference.changed.map((pair) => ({ kind: 'CHANGED' as const, ...pair })),
    ...called.pairs,
    ...moved.pairs,
  ];
  const changes: DriftChange[] = [];
  for (const batch of batches(pairs, (pair) => comparableSize(pair.before) + comparableSize(pair.after))) {
    const differing = batch.filter((pair) => pair.before.digest !== pair.after.digest);
    const contents = await loadComparable(
      differing.flatMap((pair) => [pair.before, pair.after]),
      load,
    );
    for (const { kind, before, after } of batch) {
      const content = (side: DriftSide) => ({ side, bytes: contents.get(side.digest) ?? null });
      changes.push(
        changeOf(kind, before, after, compareRecordings(content(before), content(after), kind === 'CHANGED')),
      );
    }
  }
  for (const after of called.added) changes.push(changeOf('ADDED', null, after, null));
  for (const before of called.removed) changes.push(changeOf('REMOVED', before, null, null));
  changes.sort(inReadingOrder);
  return {
    changes,
    summary: summarise(changes, difference.unchanged),
    level: changes.reduce<DriftLevel | null>((level, change) => higher(level, change.level), null),
    rules: RULES_VERSION,
  };
}

function changeOf(
  kind: DriftKind,
  before: DriftSide | null,
  after: DriftSide | null,
  comparison: RecordingComparison | null,
): DriftChange {
  const side = (after ?? before) as DriftSide;
  const change = {
    kind,
    level: comparison?.level ?? null,
    path: side.path,
    previousPath: before && after && before.path !== after.path ? before.path : null,
    testId: side.testId ?? before?.testId ?? null,
    model: side.model ?? before?.model ?? null,
    unplayable: comparison?.unplayable ?? (kind === 'ADDED' && side.hashStatus === 'MISMATCHED'),
    reasons: comparison?.reasons ?? [],
    requestChange: comparison?.requestChange ?? null,
    texts: comparison?.texts ?? [],
    before,
    after,
  };
  return { ...change, ...describeChange(change) };
}

/** What cannot be played first, then by level, kind and path. */
function inReadingOrder(a: DriftChange, b: DriftChange): number {
  const lost = (change: DriftChange) => Number(change.unplayable && change.kind !== 'ADDED');
  return (
    lost(b) - lost(a) ||
    rank(b.level) - rank(a.level) ||
    KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) ||
    (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)
  );
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
  };
}

/** Sketches the requests of what could pair at all: a removed and an added recording of one endpoint. */
async function sketchAll(
  removed: DriftSide[],
  added: DriftSide[],
  load: LoadContents,
): Promise<Map<string, RequestSketch>> {
  const asked = new Set(removed.map((side) => side.endpoint));
  const wanted = added.filter((side) => asked.has(side.endpoint));
  const produced = new Set(wanted.map((side) => side.endpoint));
  wanted.push(...removed.filter((side) => produced.has(side.endpoint)));
  const sketches = new Map<string, RequestSketch>();
  for (const batch of batches(wanted, comparableSize)) {
    for (const [digest, bytes] of await loadComparable(batch, load)) {
      const sketch = sketchRequest(bytes);
      if (sketch) sketches.set(digest, sketch);
    }
  }
  return sketches;
}

function comparableSize(side: DriftSide): number {
  return side.size > MAXIMUM_READ_BYTES ? 0 : side.size;
}

async function loadComparable(sides: DriftSide[], load: LoadContents): Promise<Map<string, Uint8Array>> {
  const digests = new Set(sides.filter((side) => side.size <= MAXIMUM_READ_BYTES).map((side) => side.digest));
  return digests.size === 0 ? new Map() : await load([...digests]);
}

function* batches<Item>(items: Item[], sizeOf: (item: Item) => number): Generator<Item[]> {
  let batch: Item[] = [];
  let size = 0;
  for (const item of items) {
    const more = sizeOf(item);
    if (batch.length > 0 && (size + more > BATCH_BYTES || batch.length >= 100)) {
      yield batch;
      [batch, size] = [[], 0];
    }
    batch.push(item);
    size += more;
  }
  if (batch.length > 0) yield batch;
}
