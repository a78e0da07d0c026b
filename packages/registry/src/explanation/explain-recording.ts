import { unpack } from '@fixture-registry/protocol';
import { loadContents } from '../contents/content-store.js';
import type { Database } from '../database/database.js';
import { type RequestSketch, requestLikeness, sketchRequest } from '../drift/pairing/request-likeness.js';
import { requestDifference } from '../drift/request-difference.js';
import { plain } from '../drift/words.js';
import { identify } from '../recordings/identity.js';
import { readExchange } from '../recordings/read-exchange.js';
import { readRecording } from '../recordings/read-recording.js';
import type { Reading } from '../recordings/recording.js';
import {
  type RecordingRow,
  recordingsAt,
  recordingsOfTest,
  recordingsWithHash,
} from '../snapshots/recording-store.js';
import type { SnapshotKey } from '../snapshots/snapshot-key.js';
import { describeExplanation } from './describe-explanation.js';
import type { Explanation, NearRecording, Subject } from './explanation.js';
import { refsWithHash } from './hash-elsewhere.js';

/** Recordings of one test that are compared at most, and those that are told. */
const COMPARED = 200;
const TOLD = 3;

/** Says under which key a recording is looked up, whether the snapshot has it, and what comes nearest if not. */
export async function explainRecording(
  db: Database,
  snapshot: SnapshotKey,
  subject: Subject,
  stateInWords: string,
): Promise<Explanation> {
  const stored =
    subject.path === null
      ? null
      : ((await recordingsAt(db, snapshot, [subject.path])).get(subject.path) ?? null);
  const bytes = subject.content ?? (stored && (await contentOf(db, snapshot.repositoryId, stored.digest)));
  const reading = bytes && readRecording(bytes);
  const identity = subject.path !== null && reading ? identify(subject.path, reading) : null;
  const hash = subject.hash ?? identity?.hash ?? stored?.hash ?? reading?.requestHashes[0] ?? null;
  const computedHashes = reading?.requestHashes ?? [];
  // The oldest recorder cut its hashes to 12 digits.
  const keys = [hash, ...computedHashes, computedHashes.at(-1)?.slice(0, 12)].filter((key) => key != null);
  const found = await recordingsWithHash(db, snapshot, keys);
  const near = found.length === 0 && reading && bytes ? await nearest(db, snapshot, reading, bytes) : [];
  const elsewhere =
    found.length === 0 && hash !== null ? await refsWithHash(db, snapshot.repositoryId, hash) : [];
  const explanation = {
    hash,
    hashStatus: identity?.hashStatus ?? found[0]?.hashStatus ?? ('UNKNOWN' as const),
    computedHashes,
    found,
    nearest: near,
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
  db: Database,
  snapshot: SnapshotKey,
  reading: Reading,
  bytes: Uint8Array,
): Promise<NearRecording[]> {
  // Only the same test: a recording of another test is no use to this one, however alike.
  if (reading.testId === null) return [];
  const sketch = sketchRequest(bytes);
  if (!sketch) return [];
  const others = await recordingsOfTest(db, snapshot, reading.testId, COMPARED);
  const ranked: { recording: RecordingRow; likeness: number; differences: string[] }[] = [];
  const own = readExchange(bytes);
  for (const recording of others) {
    const content = await contentOf(db, snapshot.repositoryId, recording.digest);
    const other: RequestSketch | null = content && sketchRequest(content);
    if (!content || !other) continue;
    const exchange = readExchange(content);
    const change = 'problem' in own || 'problem' in exchange ? null : requestDifference(exchange, own);
    ranked.push({
      recording,
      likeness: requestLikeness(sketch, other),
      differences: (change?.words ?? []).map(plain),
    });
  }
  return ranked.sort((a, b) => b.likeness - a.likeness).slice(0, TOLD);
}

async function contentOf(db: Database, repositoryId: number, digest: string): Promise<Buffer | null> {
  for await (const content of loadContents(db, repositoryId, [digest])) return unpack(content);
  return null;
}
