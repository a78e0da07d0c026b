import { type Codec, refusedPath } from '@fixture-registry/protocol';
import type { Database } from '../../database/statements/database.js';
import type { Allowances } from '../../vocabulary/allowance.js';
import { describePurge } from '../purged/purge.js';
import { purgesAmong } from '../purged/purge-store.js';
import type { ContentReader } from './content-reader.js';
import { heldContents, type NewBlock } from './content-store.js';
import type { Received, RefusedContent } from './received.js';

/** A part of an upload that is to be read: some, or all, of what was received together. */
export interface Unread {
  received: Received;
  digests: Set<string>;
}

/** Bytes, unpacked, that one thread reads before another would have started. */
const FOR_ONE_THREAD = 1024 * 1024;

/** What came of a part of an upload. */
export interface ReadBatch {
  /** Each of whose bytes belongs to a content that is new. */
  blocks: NewBlock[];
  /** Contents that are here already. */
  present: number;
  refused: RefusedContent[];
  /** Contents that came twice: what becomes of them is known when the first is stored, or not. */
  later: Unread[];
}

/**
 * Reads what was received, in the threads: all but what is here already, what was purged, and what comes twice. What is here was
 * read when it came; whether it may stand where a push wants it is asked when it is pushed.
 */
export async function readBatch(
  { db, reader }: { db: Database; reader: ContentReader },
  into: { repositoryId: number; allowances: Allowances },
  batch: Unread[],
): Promise<ReadBatch> {
  const found: ReadBatch = { blocks: [], present: 0, refused: [], later: [] };
  const digests = [...new Set(batch.flatMap((unread) => [...unread.digests]))];
  const held = await heldContents(db, into.repositoryId, digests);
  const purges = await purgesAmong(db, into.repositoryId, digests);
  const seen = new Set<string>();
  const readOne = async ({ received, digests: wanted }: Unread) => {
    const taken = new Set<string>();
    const again = new Set<string>();
    for (const { digest, path } of received.members) {
      if (!wanted.has(digest)) continue;
      const purge = purges.get(digest);
      const refused = path === undefined ? null : refusedPath(path);
      if (purge) {
        const message = `this content was ${describePurge(purge)}. Delete the file and record it again`;
        found.refused.push({ digest, message });
      } else if (refused !== null) found.refused.push({ digest, message: `its path ${refused}` });
      else if (held.has(digest)) found.present++;
      else if (seen.has(digest)) again.add(digest);
      else taken.add(digest);
    }
    for (const digest of taken) seen.add(digest);
    if (again.size > 0) found.later.push({ received, digests: again });
    if (taken.size === 0) return;
    const read = await reader.read({ ...received, wanted: taken, allowed: into.allowances.all });
    found.refused.push(...read.refused);
    if (read.taken.length === 0) return;
    const { codec, rawSize, bytes } = read.repacked ?? asItCame(received);
    found.blocks.push({ codec, rawSize, bytes: [bytes], contents: read.taken });
  };
  if (batch.reduce((sum, { received }) => sum + received.rawSize, 0) > FOR_ONE_THREAD) {
    await Promise.all(batch.map(readOne));
  } else for (const unread of batch) await readOne(unread);
  return found;
}

function asItCame({ packed, rawSize }: Received) {
  if (packed.kind === 'block') return { codec: packed.codec, rawSize, bytes: packed.bytes };
  const codec: Codec = packed.method === 'store' ? 'raw' : 'deflate';
  return { codec, rawSize, bytes: packed.bytes };
}
