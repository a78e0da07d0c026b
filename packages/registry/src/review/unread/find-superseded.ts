import type { ContentSource } from '../../store/contents/load-contents.js';
import { contentsByDigest } from '../../store/contents/load-contents.js';
import { newestOfTests, type RecordingRow } from '../../store/snapshots/recording-store.js';
import type { SnapshotKey } from '../../store/snapshots/snapshot-key.js';
import { usesOf } from '../../store/uses/last-use-store.js';
import type { DriftSide, LoadContents } from '../differences/drift.js';
import { type SketchContent, sketchSides } from '../pairing/load-sketches.js';
import type { RequestSketch } from '../pairing/request-sketch.js';
import {
  type ComparedCall,
  callsToCompare,
  chooseSuperseded,
  MAXIMUM_RECORDINGS,
} from './choose-superseded.js';
import { testsWithUnread } from './superseded-store.js';

/** Tests whose recordings are compared for one page. */
const TESTS_OF_PAGE = 50;
/** Recordings after which a page begins no further test. */
const RECORDINGS_OF_PAGE = 1_000;

/** A recording that no run read, although runs read another of the same test and nearly the same request. */
export interface Superseded {
  recording: RecordingRow;
  by: RecordingRow;
  /** How many runs that count have pulled it. */
  runsSince: number;
}

/** Where a page ends: after a path of a test. */
export interface SupersededPosition {
  testId: string;
  path: string;
}

export interface SupersededPage {
  found: Superseded[];
  /** Tests that were not compared for this page, because a call has too many recordings. */
  skippedTests: number;
  /** Where the next page begins; null for the last one. */
  next: SupersededPosition | null;
}

/**
 * One page of the superseded recordings of the default branch, ordered by test and path. Reads the
 * recordings of at most 50 tests, fewer with many recordings, so a page may have fewer recordings than
 * requested.
 * @param sketch parses a content, in this thread or in another one
 */
export async function findSuperseded(
  source: ContentSource,
  snapshot: SnapshotKey,
  { after, limit }: { after: SupersededPosition | null; limit: number },
  sketch: SketchContent,
): Promise<SupersededPage> {
  const { db } = source;
  const tests = await testsWithUnread(db, snapshot, after?.testId ?? '', TESTS_OF_PAGE + 1);
  const examined = tests.slice(0, TESTS_OF_PAGE);
  const rows = await newestOfTests(db, snapshot, examined, MAXIMUM_RECORDINGS + 1);
  const byPath = new Map(rows.map((row) => [row.path, row]));
  const uses = await usesOf(db, snapshot.repositoryId, [...byPath.keys()]);
  const isRead = new Map([...uses].map(([path, { lastUsedAt }]) => [path, lastUsedAt !== null]));
  const { calls, skippedTests } = callsToCompare(
    rows.filter(({ purged }) => purged === null).map(sideOf),
    isRead,
  );
  const load: LoadContents = (digests) => contentsByDigest(source, snapshot.repositoryId, digests);
  const compared = await compareCalls(calls, (sides) => sketchSides(sides, load, sketch));
  const found = compared.pairs
    .map(({ side, by }) => ({
      recording: byPath.get(side.path) as RecordingRow,
      by: byPath.get(by.path) as RecordingRow,
      runsSince: uses.get(side.path)?.runsSince ?? 0,
    }))
    .filter(({ recording }) => after === null || isAfter(positionOf(recording), after))
    .sort((a, b) => (isAfter(positionOf(a.recording), positionOf(b.recording)) ? 1 : -1));
  const page = found.slice(0, limit);
  const last = page.at(-1);
  const next =
    found.length > limit && last
      ? positionOf(last.recording)
      : startOf(compared.stoppedAt ?? tests[TESTS_OF_PAGE]);
  // The test that the next page begins with is counted there.
  const skipped = [...skippedTests].filter((testId) => next === null || isBefore(testId, next.testId));
  return { found: page, skippedTests: skipped.length, next };
}

/**
 * Compares the calls in the order of their tests. One call is in memory at a time.
 * @returns the superseded recordings, and the first test that was not compared; null when all were
 */
async function compareCalls(
  calls: ComparedCall[],
  sketch: (sides: DriftSide[]) => Promise<Map<string, RequestSketch>>,
): Promise<{ pairs: { side: DriftSide; by: DriftSide }[]; stoppedAt: string | null }> {
  const pairs: { side: DriftSide; by: DriftSide }[] = [];
  let compared = 0;
  let last = '';
  const testOf = ({ unread }: ComparedCall) => unread[0]?.testId ?? '';
  for (const call of calls.toSorted((a, b) => (isBefore(testOf(a), testOf(b)) ? -1 : 1))) {
    const testId = testOf(call);
    if (compared >= RECORDINGS_OF_PAGE && testId !== last) return { pairs, stoppedAt: testId };
    const sides = [...call.read, ...call.unread];
    const sketches = await sketch(sides);
    pairs.push(...chooseSuperseded(call, ({ digest }) => sketches.get(digest)));
    compared += sides.length;
    last = testId;
  }
  return { pairs, stoppedAt: null };
}

function startOf(testId: string | undefined): SupersededPosition | null {
  return testId === undefined ? null : { testId, path: '' };
}

function positionOf({ testId, path }: RecordingRow): SupersededPosition {
  return { testId: testId ?? '', path };
}

/** By code point of the test id and then of the path, as the database orders them. */
function isAfter(one: SupersededPosition, other: SupersededPosition): boolean {
  const [a, b] = one.testId === other.testId ? [one.path, other.path] : [one.testId, other.testId];
  return isBefore(b, a);
}

function isBefore(one: string, other: string): boolean {
  return Buffer.compare(Buffer.from(one), Buffer.from(other)) < 0;
}

function sideOf(row: RecordingRow): DriftSide {
  const { path, digest, size, testId, model, endpoint, hash, hashStatus } = row;
  return { path, digest, size, testId, model, endpoint, hash, hashStatus, playable: 'UNKNOWN' };
}
