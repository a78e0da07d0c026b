import { MAXIMUM_READ_BYTES } from '../../recordings/json/open-document.js';
import { identify } from '../../recordings/reading/identify-recording.js';
import type { ContentReader } from '../../store/contents/content-reader.js';
import { exactCopy } from '../../store/contents/copy-received.js';
import { type ContentSource, contentsByDigest, loadContents } from '../../store/contents/load-contents.js';
import { recordingsAt, recordingsOfTest, recordingsWithHash } from '../../store/snapshots/recording-store.js';
import type { SnapshotKey } from '../../store/snapshots/snapshot-key.js';
import type { Reading } from '../../vocabulary/recording.js';
import { describeExplanation } from './describe-explanation.js';
import type { Explanation, NearRecording, Subject } from './explanation.js';
import type { Comparable, Comparison } from './explanation-worker.js';
import { findRefsWithHash } from './refs-with-hash-store.js';

/** Recordings of one test that are compared at most, and those that are told. */
const COMPARED = 200;
const TOLD = 3;

/** Bytes of recordings that are compared in one go. */
const PORTION = 4 * 1024 * 1024;

const WORKER = new URL('./explanation-worker.js', import.meta.url);

/** Where contents are read from, and the threads that read what is in them. */
export interface ExplanationSource extends ContentSource {
  reader: ContentReader;
}

/** Says under which key a recording is looked up, whether the snapshot has it, and what comes nearest if not. */
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
  const reading = bytes && (await source.reader.run<Uint8Array, Reading>(WORKER, 'readSubject', bytes));
  const identity = subject.path !== null && reading ? identify(subject.path, reading) : null;
  const hash = subject.hash ?? identity?.hash ?? stored?.hash ?? reading?.requestHashes[0] ?? null;
  const computedHashes = reading?.requestHashes ?? [];
  // The oldest recorder cut its hashes to 12 digits.
  const keys = [hash, ...computedHashes, computedHashes.at(-1)?.slice(0, 12)].filter((key) => key != null);
  const found = await recordingsWithHash(db, snapshot, keys);
  const near = found.length === 0 && reading && bytes ? await nearest(source, snapshot, reading, bytes) : [];
  const elsewhere =
    found.length === 0 && hash !== null ? await findRefsWithHash(db, snapshot.repositoryId, hash) : [];
  const explanation = {
    hash,
    hashStatus: identity?.hashStatus ?? found[0]?.hashStatus ?? ('UNKNOWN' as const),
    computedHashes,
    found,
    nearest: near,
    known: subject.content !== null || stored !== null || found.length > 0 || elsewhere.length > 0,
  };
  return {
    ...explanation,
    text: describeExplanation({
      ...explanation,
      subject,
      reading: reading ?? null,
      purge: stored?.purged ?? null,
      elsewhere,
      stateInWords,
    }),
  };
}

async function nearest(
  source: ExplanationSource,
  snapshot: SnapshotKey,
  reading: Reading,
  own: Uint8Array,
): Promise<NearRecording[]> {
  // Only the same test: a recording of another test is no use to this one, however alike.
  if (reading.testId === null) return [];
  const others = await recordingsOfTest(source.db, snapshot, reading.testId, COMPARED);
  const digests = others.filter(({ size }) => size <= MAXIMUM_READ_BYTES).map(({ digest }) => digest);
  const compared = new Map<string, Comparison>();
  const contents = loadContents(source, snapshot.repositoryId, digests);
  for await (const portion of inPortions(contents)) {
    const task = { own, others: portion };
    const comparisons = await source.reader.run<typeof task, Comparison[]>(WORKER, 'compareRequests', task);
    for (const comparison of comparisons) compared.set(comparison.digest, comparison);
  }
  const ranked = others.flatMap((recording): NearRecording[] => {
    const comparison = compared.get(recording.digest);
    if (!comparison) return [];
    const { likeness, differences } = comparison;
    return [{ recording, likeness, differences }];
  });
  return ranked.sort((a, b) => b.likeness - a.likeness).slice(0, TOLD);
}

async function* inPortions(contents: AsyncIterable<Comparable>): AsyncGenerator<Comparable[]> {
  let portion: Comparable[] = [];
  let bytes = 0;
  for await (const content of contents) {
    // A copy: a view would take the whole block along to the thread.
    portion.push({ ...content, bytes: exactCopy([content.bytes]) });
    bytes += content.bytes.length;
    if (bytes < PORTION) continue;
    yield portion;
    [portion, bytes] = [[], 0];
  }
  if (portion.length > 0) yield portion;
}

async function contentOf(
  source: ContentSource,
  repositoryId: number,
  digest: string,
): Promise<Buffer | null> {
  return (await contentsByDigest(source, repositoryId, [digest])).get(digest) ?? null;
}
