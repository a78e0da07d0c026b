import {
  type Codec,
  contentIn,
  digestOf,
  type PackedContent,
  type PlacedMember,
  packBlock,
  unpack,
  unpackBytes,
} from '@fixture-registry/protocol';
import { openRecording } from '../../recordings/reading/open-recording.js';
import { readCalls } from '../../recordings/reading/read-calls.js';
import { readOpenedRecording, readRecording } from '../../recordings/reading/read-recording.js';
import { findSecrets } from '../../recordings/secrets/find-secrets.js';
import { type Redaction, redact } from '../../recordings/secrets/redaction/redact.js';
import { Allowances, type SecretAllowance } from '../../vocabulary/allowance.js';
import type { ExchangeReading, Reading } from '../../vocabulary/recording.js';
import { isCertain, type SecretFinding } from '../../vocabulary/secret-finding.js';
import type { Received, RefusedContent } from './copy-received.js';

export interface ReadingTask extends Received {
  /** The digests of the members to read; the others are ignored. */
  accepted: Set<string>;
  /** The allowances for secret findings. */
  allowed: readonly SecretAllowance[];
}

/** The parsed contents of a block. */
export interface ReadBlock {
  contents: { digest: string; size: number; start: number; reading: Reading; findings: SecretFinding[] }[];
  refused: RefusedContent[];
  /** The block to store, without ignored and refused members; null when it is the received one. */
  repacked: { codec: Codec; rawSize: number; bytes: Uint8Array } | null;
}

/** Runs in a worker thread: unpacks a block, verifies and parses its contents, and scans them for secrets. */
export default function readBlock({ packed, rawSize, members, accepted, allowed }: ReadingTask): ReadBlock {
  const candidates = members.filter(({ digest }) => accepted.has(digest));
  let raw: Buffer;
  try {
    raw =
      packed.kind === 'block'
        ? unpackBytes(packed.codec, packed.bytes, rawSize)
        : unpack({ ...packed, bytes: [packed.bytes] });
  } catch (error) {
    const { message } = error as Error;
    return { contents: [], refused: candidates.map(({ digest }) => ({ digest, message })), repacked: null };
  }
  const allowances = new Allowances(allowed);
  const read: ReadBlock = { contents: [], refused: [], repacked: null };
  for (const member of candidates) {
    const content = readContent(member, contentIn(raw, member), allowances);
    if ('message' in content) read.refused.push(content);
    else read.contents.push(content);
  }
  return read.contents.length < members.length && read.contents.length > 0 ? repacked(raw, read) : read;
}

function readContent(
  { digest, size, start, path }: PlacedMember,
  content: Buffer,
  allowances: Allowances,
): ReadBlock['contents'][number] | RefusedContent {
  if (digestOf(content) !== digest) {
    return { digest, message: 'the content does not have the digest of its name' };
  }
  const opened = openRecording(content);
  const findings = findSecrets(content, opened);
  const refused = allowances.remaining({ digest, path: path ?? null }, findings).filter(isCertain);
  if (refused.length === 0) return { digest, size, start, reading: readOpenedRecording(opened), findings };
  const kinds = [...new Set(refused.map(({ kind }) => kind))].join(', ');
  const message = `it contains what looks like a secret: ${kinds}`;
  return { digest, ...(path !== undefined && { path }), message, findings: refused };
}

/** A stored block must contain neither refused bytes nor second copies of stored contents. */
function repacked(raw: Buffer, read: ReadBlock): ReadBlock {
  const unpacked = read.contents.map((content) => ({
    digest: content.digest,
    bytes: contentIn(raw, content),
  }));
  const { members, codec, rawSize, bytes } = packBlock(unpacked);
  const contents = read.contents.map((content, index) => ({ ...content, start: members[index]?.start ?? 0 }));
  return { ...read, contents, repacked: { codec, rawSize, bytes: Buffer.concat(bytes) } };
}

/** Runs in a worker thread: reads a stored content again. */
export function readAgain(bytes: Uint8Array): Reading {
  return readRecording(bytes);
}

/** Runs in a worker thread: the calls of a content of any format; none when it has no known format. */
export function readExchanges(bytes: Uint8Array): ExchangeReading[] {
  const opened = openRecording(bytes);
  return opened.kind === 'recording' ? readCalls(opened.calls) : [];
}

/** Runs in a worker thread: redacts the secrets of a content. */
export function redactContent({
  packed,
  repositoryId,
}: RedactionTask): ({ digest: string } & Redaction) | { refused: string } {
  try {
    const content = unpack(packed);
    return { digest: digestOf(content), ...redact(content, repositoryId) };
  } catch (error) {
    return { refused: (error as Error).message };
  }
}

export interface RedactionTask {
  packed: PackedContent;
  repositoryId: number;
}
