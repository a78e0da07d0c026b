import { MAXIMUM_READ_BYTES } from '../../recordings/documents/document.js';
import { hashVersionsOf } from '../../recordings/playable/explain-name.js';
import { playable } from '../../recordings/playable/playable.js';
import type { Recorder } from '../../recordings/playable/recorder.js';
import { parseRecordingName } from '../../recordings/playable/recording-name.js';
import { identify } from '../../recordings/reading/identify-recording.js';
import type { ContentReader } from '../../store/contents/content-reader.js';
import { exactCopy } from '../../store/contents/copy-received.js';
import { type ContentSource, contentsByDigest, loadContents } from '../../store/contents/load-contents.js';
import type { Recorders } from '../../store/recorder/find-recorder.js';
import {
  recordingsAt,
  recordingsComputing,
  recordingsOfTest,
  recordingsWithHash,
} from '../../store/snapshots/recording-store.js';
import type { SnapshotKey } from '../../store/snapshots/snapshot-key.js';
import type { Playable, Reading } from '../../vocabulary/recording.js';
import { nameFiles } from '../renaming/name-files.js';
import type { RecorderName } from '../renaming/recorder-name.js';
import { describeExplanation } from './describe-explanation.js';
import type { Explanation, NearRecording, Subject } from './explanation.js';
import type { Comparable, Comparison } from './explanation-worker.js';
import { findRefsWithHash } from './refs-with-hash-store.js';

/** Maximum number of recordings of one test that are compared, and that are returned. */
const MAXIMUM_COMPARED = 200;
const MAXIMUM_RETURNED = 3;

const FULL_HASH_LENGTH = 64;

/** Bytes of recordings that one task of a thread compares. */
const BATCH_BYTES = 4 * 1024 * 1024;

const WORKER = new URL('./explanation-worker.js', import.meta.url);

/** The source of contents, and the threads that parse them. */
export interface ExplanationSource extends ContentSource {
  reader: ContentReader;
  recorders: Recorders;
}

/**
 * Explains how recorders look up a recording: its key, whether the snapshot has it, else the most
 * similar ones.
 */
export async function explainRecording(
  source: ExplanationSource,
  snapshot: SnapshotKey,
  subject: Subject,
  stateInWords: string,
): Promise<Explanation> {
  const { db } = source;
  const stored =
    subject.path === null
      ? null
      : ((await recordingsAt(db, snapshot, [subject.path])).get(subject.path) ?? null);
  const bytes =
    subject.content ?? (stored && (await contentOf(source, snapshot.repositoryId, stored.digest)));
  const reading =
    bytes && (await source.reader.run<Uint8Array, Reading>(WORKER, 'readSubject', bytes, bytes.length));
  const name = await nameOf(source, snapshot, subject, reading, bytes);
  const identity = subject.path !== null && reading ? identify(subject.path, reading) : null;
  const hash = subject.hash ?? identity?.hash ?? stored?.hash ?? reading?.requestHashes[0] ?? null;
  const computedHashes = reading?.requestHashes ?? [];
  // The oldest recorder version shortened hashes to 12 digits.
  const keys = [hash, ...computedHashes, computedHashes.at(-1)?.slice(0, 12)].filter((key) => key != null);
  const found = await recordingsWithHash(db, snapshot, keys);
  const key = lookedUpHash(name, computedHashes) ?? (hash?.length === FULL_HASH_LENGTH ? hash : null);
  const computing =
    found.length === 0 && key !== null ? await recordingsComputing(db, snapshot, key, subject.testId) : [];
  const foundByContent = computing.filter(({ path }) => path !== subject.path);
  const similar =
    found.length === 0
      ? await findSimilar(source, snapshot, subject.testId ?? reading?.testId ?? null, bytes)
      : [];
  const elsewhere =
    found.length === 0 && hash !== null ? await findRefsWithHash(db, snapshot.repositoryId, hash) : [];
  const recorder = await source.recorders.at(db, snapshot);
  const explanation = {
    hash,
    playable: playableOf(subject, reading, recorder) ?? (stored && playable(stored, recorder)),
    hashStatus: identity?.hashStatus ?? found[0]?.hashStatus ?? ('UNKNOWN' as const),
    computedHashes,
    found,
    foundByContent,
    nearest: similar,
    known:
      subject.content !== null ||
      stored !== null ||
      [found, computing, elsewhere].some((list) => list.length > 0),
    looksFor: name?.to ?? null,
    fitsTestId: name?.fitsTestId ?? null,
  };
  return {
    ...explanation,
    text: describeExplanation({
      ...explanation,
      subject,
      reading: reading ?? null,
      name,
      purge: stored?.purged ?? null,
      elsewhere,
      recorder,
      stateInWords,
    }),
  };
}

/** Whether the recorder of the repository finds a local file at its path; null when no file was given. */
function playableOf({ path, testId }: Subject, reading: Reading | null, recorder: Recorder): Playable | null {
  if (path === null || reading === null) return null;
  const { hash, hashStatus } = identify(path, reading);
  return playable(
    {
      ...reading,
      path,
      testId: testId ?? reading.testId,
      hashStatus,
      hashVersions: hashVersionsOf(hash, reading),
    },
    recorder,
  );
}

/** Under which name the newest recorder looks for the file, for its own test or the given one. */
async function nameOf(
  source: ExplanationSource,
  snapshot: SnapshotKey,
  { path, testId }: Subject,
  reading: Reading | null,
  content: Uint8Array | null,
): Promise<RecorderName | null> {
  if (path === null || reading === null || content === null) return null;
  const isOther = testId !== null && reading.testId !== null && testId !== reading.testId;
  const renamed = isOther ? [{ from: reading.testId as string, to: testId }] : [];
  const [name] = await nameFiles(source, snapshot.repositoryId, [{ path, content }], renamed);
  return name ?? null;
}

/** The newest hash that a recorder computes for the file. */
function lookedUpHash(name: RecorderName | null, computedHashes: string[]): string | null {
  const hash = name?.to == null ? null : parseRecordingName(name.to).hash;
  return hash ?? computedHashes[0] ?? null;
}

async function findSimilar(
  source: ExplanationSource,
  snapshot: SnapshotKey,
  testId: string | null,
  own: Uint8Array | null,
): Promise<NearRecording[]> {
  // Only recordings of the same test: a test cannot use those of other tests.
  if (testId === null) return [];
  const candidates = await recordingsOfTest(source.db, snapshot, testId, MAXIMUM_COMPARED);
  if (own === null) {
    return candidates
      .slice(0, MAXIMUM_RETURNED)
      .map((recording) => ({ recording, likeness: 0, differences: [] }));
  }
  const digests = candidates.filter(({ size }) => size <= MAXIMUM_READ_BYTES).map(({ digest }) => digest);
  const compared = new Map<string, Comparison>();
  const contents = loadContents(source, snapshot.repositoryId, digests);
  for await (const batch of inBatches(contents)) {
    const task = { own, candidates: batch };
    const comparisons = await source.reader.run<typeof task, Comparison[]>(WORKER, 'compareRequests', task);
    for (const comparison of comparisons) compared.set(comparison.digest, comparison);
  }
  const ranked = candidates.flatMap((recording): NearRecording[] => {
    const comparison = compared.get(recording.digest);
    if (!comparison) return [];
    const { likeness, differences } = comparison;
    return [{ recording, likeness, differences }];
  });
  return ranked.sort((a, b) => b.likeness - a.likeness).slice(0, MAXIMUM_RETURNED);
}

async function* inBatches(contents: AsyncIterable<Comparable>): AsyncGenerator<Comparable[]> {
  let batch: Comparable[] = [];
  let bytes = 0;
  for await (const content of contents) {
    // A copy: a view would transfer the complete block to the thread.
    batch.push({ ...content, bytes: exactCopy([content.bytes]) });
    bytes += content.bytes.length;
    if (bytes < BATCH_BYTES) continue;
    yield batch;
    [batch, bytes] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}

async function contentOf(
  source: ContentSource,
  repositoryId: number,
  digest: string,
): Promise<Buffer | null> {
  return (await contentsByDigest(source, repositoryId, [digest])).get(digest) ?? null;
}
