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
import { readOpenedRecording } from '../../recordings/reading/read-recording.js';
import { findSecrets } from '../../recordings/secrets/find-secrets.js';
import { type Redaction, redact } from '../../recordings/secrets/redact.js';
import { Allowances, type SecretAllowance } from '../../vocabulary/allowance.js';
import type { Reading } from '../../vocabulary/recording.js';
import type { SecretFinding } from '../../vocabulary/secret-finding.js';
import type { Received, RefusedContent } from './received.js';

export interface ReadingTask extends Received {
  /** Digests of the members that are to be taken; the others are not looked at. */
  wanted: Set<string>;
  /** What is allowed that looks like a secret. */
  allowed: readonly SecretAllowance[];
}

/** What became of it. */
export interface ReadBlock {
  taken: { digest: string; size: number; start: number; reading: Reading; findings: SecretFinding[] }[];
  refused: RefusedContent[];
  /** The block as it is to be stored, where that is not as it came: without what was left out or refused. */
  repacked: { codec: Codec; rawSize: number; bytes: Uint8Array } | null;
}

/** Runs in a thread of its own: unpacks a block, checks each of its contents, reads what it says and looks for secrets in it. */
export default function readBlock({ packed, rawSize, members, wanted, allowed }: ReadingTask): ReadBlock {
  const candidates = members.filter(({ digest }) => wanted.has(digest));
  let raw: Buffer;
  try {
    raw =
      packed.kind === 'block'
        ? unpackBytes(packed.codec, packed.bytes, rawSize)
        : unpack({ ...packed, bytes: [packed.bytes] });
  } catch (error) {
    const { message } = error as Error;
    return { taken: [], refused: candidates.map(({ digest }) => ({ digest, message })), repacked: null };
  }
  const allowances = new Allowances(allowed);
  const read: ReadBlock = { taken: [], refused: [], repacked: null };
  for (const member of candidates) {
    const content = readContent(member, contentIn(raw, member), allowances);
    if ('message' in content) read.refused.push(content);
    else read.taken.push(content);
  }
  return read.taken.length < members.length && read.taken.length > 0 ? repacked(raw, read) : read;
}

function readContent(
  { digest, size, start, path }: PlacedMember,
  content: Buffer,
  allowances: Allowances,
): ReadBlock['taken'][number] | RefusedContent {
  if (digestOf(content) !== digest) {
    return { digest, message: 'the content does not have the digest that it is named by' };
  }
  const opened = openRecording(content);
  const findings = findSecrets(content, opened);
  const refused = allowances.refused({ digest, path: path ?? null }, findings);
  if (refused.length === 0) return { digest, size, start, reading: readOpenedRecording(opened), findings };
  const kinds = [...new Set(refused.map(({ kind }) => kind))].join(', ');
  const message = `it holds what looks like a secret: ${kinds}`;
  return { digest, ...(path !== undefined && { path }), message, findings: refused };
}

/** Nothing of what is not taken may stay: neither bytes that were refused nor a second copy of what is here. */
function repacked(raw: Buffer, read: ReadBlock): ReadBlock {
  const contents = read.taken.map((content) => ({ digest: content.digest, bytes: contentIn(raw, content) }));
  const { members, codec, rawSize, bytes } = packBlock(contents);
  const taken = read.taken.map((content, index) => ({ ...content, start: members[index]?.start ?? 0 }));
  return { ...read, taken, repacked: { codec, rawSize, bytes: Buffer.concat(bytes) } };
}

/** Runs there too: takes the secrets out of a content. */
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
