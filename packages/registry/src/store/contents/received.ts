import type { Codec, PackedContent, PlacedMember, Transferred } from '@fixture-registry/protocol';
import type { SecretFinding } from '../../vocabulary/secret-finding.js';
import { readEntryName } from './entry-name.js';

/** Something that was received, in memory of its own: a block, or a content that came on its own, as a block of one. */
export interface Received {
  packed:
    | { kind: 'block'; codec: Codec; bytes: Uint8Array }
    | ({ kind: 'content' } & Omit<PackedContent, 'bytes'> & { bytes: Uint8Array });
  rawSize: number;
  members: PlacedMember[];
}

/** A content that is not taken in, and why. */
export interface RefusedContent {
  digest: string;
  message: string;
  path?: string;
  /** What looks like a secret in it, where that is why. */
  findings?: SecretFinding[];
}

/** Takes what came out of the network's memory; or says why it is nothing that can be taken in. */
export function receivedOf(transferred: Transferred): Received | RefusedContent {
  if (transferred.kind === 'block') {
    const { codec, rawSize, bytes, members } = transferred.block;
    return { packed: { kind: 'block', codec, bytes: exactCopy(bytes) }, rawSize, members };
  }
  const { name, bytes, ...head } = transferred.entry;
  const named = readEntryName(name);
  if ('refused' in named) return { digest: name.slice(0, 64), message: named.refused };
  const { digest, path } = named;
  const members = [{ digest, size: head.size, start: 0, ...(path !== null && { path }) }];
  return { packed: { kind: 'content', ...head, bytes: exactCopy(bytes) }, rawSize: head.size, members };
}

/** Chunks as one in memory of its own: a view is sent to a thread with all of its buffer, which may be a slab of the network's. */
export function exactCopy(chunks: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let position = 0;
  for (const chunk of chunks) {
    whole.set(chunk, position);
    position += chunk.length;
  }
  return whole;
}
