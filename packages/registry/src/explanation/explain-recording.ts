import { type ContentSource, contentsByDigest, loadContents } from '../contents/load-contents.js';
import { type RequestSketch, requestLikeness, sketchRequest } from '../drift/pairing/request-likeness.js';
import { requestDifference } from '../drift/request-difference.js';
import { plain } from '../drift/words.js';
import { MAXIMUM_READ_BYTES } from '../recordings/document.js';
import { identify } from '../recordings/identity.js';
import { readExchange } from '../recordings/read-exchange.js';
import { readRecording } from '../recordings/read-recording.js';
import type { Reading } from '../recordings/recording.js';
import { recordingsAt, recordingsOfTest, recordingsWithHash } from '../snapshots/recording-store.js';
import type { SnapshotKey } from '../snapshots/snapshot-key.js';
import { describeExplanation } from './describe-explanation.js';
import type { Explanation, NearRecording, Subject } from './explanation.js';
import { refsWithHash } from './hash-elsewhere.js';

/** Recordings of one test that are compared at most, and those that are told. */
const COMPARED = 200;
const TOLD = 3;

/** Says under which key a recording is looked up, whether the snapshot has it, and what comes nearest if not. */
export async function explainRecording(
  source: ContentSource,
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
  const reading = bytes && readRecording(bytes);
  const identity = subject.path !== null && reading ? identify(subject.path, reading) : null;
  const hash = subject.hash ?? identity?.hash ?? stored?.hash ?? reading?.requestHashes[0] ?? null;
  const computedHashes = reading?.requestHashes ?? [];
  // The oldest recorder cut its hashes to 12 digits.
  const keys = [hash, ...computedHashes, computedHashes.at(-1)?.slice(0, 12)].filter((key) => key != null);
  const found = await recordingsWithHash(db, snapshot, keys);
  const near = found.length === 0 && reading && bytes ? await nearest(source, snapshot, reading, bytes) : [];
  const elsewhere =
    found.length === 0 && hash !== null ? await refsWithHash(db, snapshot.repositoryId, hash) : [];
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
  source: ContentSource,
  snapshot: SnapshotKey,
  reading: Reading,
  bytes: Uint8Array,
): Promise<NearRecording[]> {
  // Only the same test: a recording of another test is no use to this one, however alike.
  if (reading.testId === null) return [];
  const sketch = sketchRequest(bytes);
  if (!sketch) return [];
  const others = await recordingsOfTest(source.db, snapshot, reading.testId, COMPARED);
  const own = readExchange(bytes);
  const compared = new Map<string, Omit<NearRecording, 'recording'>>();
  const digests = others.filter(({ size }) => size <= MAXIMUM_READ_BYTES).map(({ digest }) => digest);
  for await (const { digest, bytes: content } of loadContents(source, snapshot.repositoryId, digests)) {
    const other: RequestSketch | null = sketchRequest(content);
    if (!other) continue;
    const exchange = readExchange(content);
    const change = 'problem' in own || 'problem' in exchange ? null : requestDifference(exchange, own);
    compared.set(digest, {
      likeness: requestLikeness(sketch, other),
      differences: (change?.words ?? []).map(plain),
    });
  }
  const ranked = others.flatMap((recording): NearRecording[] => {
    const comparison = compared.get(recording.digest);
    return comparison ? [{ recording, ...comparison }] : [];
  });
  return ranked.sort((a, b) => b.likeness - a.likeness).slice(0, TOLD);
}

async function contentOf(
  source: ContentSource,
  repositoryId: number,
  digest: string,
): Promise<Buffer | null> {
  return (await contentsByDigest(source, repositoryId, [digest])).get(digest) ?? null;
}
