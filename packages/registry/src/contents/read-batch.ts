import { type Codec, refusedPath, type Transferred } from '@fixture-registry/protocol';
import type { Database } from '../database/database.js';
import { describePurge } from '../purge/purge.js';
import { purgesAmong } from '../purge/purge-store.js';
import type { Allowances } from '../secrets/allowance.js';
import type { ContentReader } from './content-reader.js';
import { heldContents, type NewBlock } from './content-store.js';
import { readEntryName } from './entry-name.js';
import { exactCopy } from './exact-copy.js';
import type { Received, RefusedContent } from './reading-worker.js';

/** What came of a part of an upload. */
export interface ReadBatch {
  blocks: NewBlock[];
  /** Contents that are here already, or came twice. */
  present: number;
  refused: RefusedContent[];
}

/**
 * Reads what was received, in the threads: all but what is here already, what was purged, and what comes twice. What is here was
 * read when it came; whether it may stand where a push wants it is asked when it is pushed.
 */
export async function readBatch(
  { db, reader }: { db: Database; reader: ContentReader },
  into: { repositoryId: number; allowances: Allowances },
  batch: Transferred[],
): Promise<ReadBatch> {
  const found: ReadBatch = { blocks: [], present: 0, refused: [] };
  const received = batch.flatMap((transferred): Received[] => {
    const one = receivedOf(transferred);
    if (!('message' in one)) return [one];
    found.refused.push(one);
    return [];
  });
  const digests = [...new Set(received.flatMap(({ members }) => members.map(({ digest }) => digest)))];
  const held = await heldContents(db, into.repositoryId, digests);
  const purges = await purgesAmong(db, into.repositoryId, digests);
  const seen = new Set<string>();
  const readOne = async (one: Received) => {
    const leftOut = new Set<string>();
    for (const { digest, path } of one.members) {
      const purge = purges.get(digest);
      const refused = path === undefined ? null : refusedPath(path);
      if (purge) {
        const message = `this content was ${describePurge(purge)}. Delete the file and record it anew`;
        found.refused.push({ digest, message });
      } else if (refused !== null) {
        found.refused.push({ digest, message: `its path ${refused}` });
      } else if (held.has(digest) || seen.has(`${digest} ${path}`)) {
        found.present++;
      } else {
        // Under another path it may be allowed where it is not under this one.
        seen.add(`${digest} ${path}`);
        continue;
      }
      leftOut.add(digest);
    }
    if (leftOut.size === one.members.length) return;
    const { taken, refused, repacked } = await reader.read({ ...one, leftOut, allowed: into.allowances.all });
    found.refused.push(...refused);
    if (taken.length === 0) return;
    const { codec, rawSize, bytes } = repacked ?? asItCame(one);
    found.blocks.push({ codec, rawSize, bytes: [bytes], contents: taken });
  };
  await Promise.all(received.map(readOne));
  return found;
}

function receivedOf(transferred: Transferred): Received | RefusedContent {
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

function asItCame({ packed, rawSize }: Received) {
  if (packed.kind === 'block') return { codec: packed.codec, rawSize, bytes: packed.bytes };
  const codec: Codec = packed.method === 'store' ? 'raw' : 'deflate';
  return { codec, rawSize, bytes: packed.bytes };
}
