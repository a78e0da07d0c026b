import type { Codec, PackedContent, PlacedMember, Transferred } from '@fixture-registry/protocol';
import type { SecretFinding } from '../../vocabulary/secret-finding.js';
import { readEntryName } from './parse-entry-name.js';

/** A received block, or a single content as a block of one, in its own memory. */
export interface Received {
  packed:
    | { kind: 'block'; codec: Codec; bytes: Uint8Array }
    | ({ kind: 'content' } & Omit<PackedContent, 'bytes'> & { bytes: Uint8Array });
  rawSize: number;
  members: PlacedMember[];
}

/** A refused content, with the reason. */
export interface RefusedContent {
  digest: string;
  message: string;
  path?: string;
  /** The secret findings, when they are the reason. */
  findings?: SecretFinding[];
}

/** Copies a transferred block or content out of the network buffers, or returns why it is refused. */
export function copyReceived(transferred: Transferred): Received | RefusedContent {
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

/**
 * Joins chunks in new memory: posting a view to a thread copies its whole buffer, which may be a slab of the
 * network.
 */
export function exactCopy(chunks: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let position = 0;
  for (const chunk of chunks) {
    whole.set(chunk, position);
    position += chunk.length;
  }
  return whole;
}
