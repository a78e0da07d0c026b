import { type Codec, refusedPath } from '@fixture-registry/protocol';
import type { Database } from '../../database/statements/database.js';
import type { Allowances } from '../../vocabulary/allowance.js';
import { describePurge } from '../purged/purge.js';
import { purgesAmong } from '../purged/purge-store.js';
import type { ContentReader } from './content-reader.js';
import { type NewBlock, storedContents } from './content-store.js';
import type { Received, RefusedContent } from './copy-received.js';

/** A part of an upload to read: some or all members of a received block. */
export interface Unread {
  received: Received;
  digests: Set<string>;
}

/** Bytes, unpacked, that one thread parses in less time than a second one needs to start. */
const FOR_ONE_THREAD = 1024 * 1024;

/** The result of a part of an upload. */
export interface ReadBatch {
  /** Blocks of new contents only. */
  blocks: NewBlock[];
  /** The number of contents that are stored already. */
  present: number;
  refused: RefusedContent[];
  /** Second copies of contents: they are decided after the first copy is stored or refused. */
  later: Unread[];
}

/**
 * Parses received contents in the worker threads, except those that are stored already, purged, or sent
 * twice. Stored contents were parsed before; the push itself checks whether they are allowed at its paths.
 */
export async function readBatch(
  { db, reader }: { db: Database; reader: ContentReader },
  into: { repositoryId: number; allowances: Allowances },
  batch: Unread[],
): Promise<ReadBatch> {
  const found: ReadBatch = { blocks: [], present: 0, refused: [], later: [] };
  const digests = [...new Set(batch.flatMap((unread) => [...unread.digests]))];
  const stored = await storedContents(db, into.repositoryId, digests);
  const purges = await purgesAmong(db, into.repositoryId, digests);
  const seen = new Set<string>();
  const readOne = async ({ received, digests: unread }: Unread) => {
    const accepted = new Set<string>();
    const again = new Set<string>();
    for (const { digest, path } of received.members) {
      if (!unread.has(digest)) continue;
      const purge = purges.get(digest);
      const refused = path === undefined ? null : refusedPath(path);
      if (purge) {
        const message = `this content was ${describePurge(purge)}. Delete the file and record it again`;
        found.refused.push({ digest, message });
      } else if (refused !== null) found.refused.push({ digest, message: `its path ${refused}` });
      else if (stored.has(digest)) found.present++;
      else if (seen.has(digest)) again.add(digest);
      else accepted.add(digest);
    }
    for (const digest of accepted) seen.add(digest);
    if (again.size > 0) found.later.push({ received, digests: again });
    if (accepted.size === 0) return;
    const read = await reader.read({ ...received, accepted, allowed: into.allowances.all });
    found.refused.push(...read.refused);
    if (read.contents.length === 0) return;
    const { codec, rawSize, bytes } = read.repacked ?? asReceived(received);
    found.blocks.push({ codec, rawSize, bytes: [bytes], contents: read.contents });
  };
  if (batch.reduce((sum, { received }) => sum + received.rawSize, 0) > FOR_ONE_THREAD) {
    await Promise.all(batch.map(readOne));
  } else for (const unread of batch) await readOne(unread);
  return found;
}

function asReceived({ packed, rawSize }: Received) {
  if (packed.kind === 'block') return { codec: packed.codec, rawSize, bytes: packed.bytes };
  const codec: Codec = packed.method === 'store' ? 'raw' : 'deflate';
  return { codec, rawSize, bytes: packed.bytes };
}
