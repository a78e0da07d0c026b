import { buffer } from 'node:stream/consumers';
import { type Block, BlockNames, pack, writeArchive } from '@fixture-registry/protocol';
import type { Connection } from '../connection/connection.js';
import { RegistryError } from '../connection/registry-error.js';
import { ask, unreachable } from '../connection/request.js';
import { withRetries } from '../connection/retry.js';
import type { OnProgress } from '../progress.js';
import { contentPath } from '../pull/download.js';
import type { PlannedFile } from '../pull/plan.js';
import { packBlocks } from './pack-blocks.js';

// Bytes, unpacked. An archive is held in memory so that it can be sent again; after a broken connection one of them is all that is
// repeated. Small enough, too, that the registry reads one while the next is packed.
const ARCHIVE_BYTES = 8 * 1024 * 1024;

interface Stored {
  stored: number;
  present: number;
  refused: { digest: string; message: string }[];
}

/**
 * Uploads contents in archives of bounded size. While one is on its way the next is packed.
 * @returns how many contents were sent
 * @throws LocalError when a file is no longer what was named, RegistryError when the registry refuses a content
 */
export async function upload(
  connection: Connection,
  directory: string,
  files: PlannedFile[],
  onProgress?: OnProgress,
): Promise<number> {
  let done = 0;
  let sending: Promise<void> = Promise.resolve();
  try {
    for await (const blocks of batches(packBlocks(directory, files))) {
      const names = new BlockNames();
      const archive = await buffer(writeArchive(blocks.flatMap((block) => names.entriesOf(block, pack))));
      await sending;
      sending = send(connection, archive, files).then(() => {
        done += blocks.reduce((sum, { members }) => sum + members.length, 0);
        onProgress?.({ step: 'upload', done, total: files.length });
      });
      // A failure is taken up by the next await; until then it must not count as unhandled.
      sending.catch(() => undefined);
    }
  } finally {
    await sending;
  }
  return done;
}

/** Gathers what fills an archive; a block larger than one travels alone. */
async function* batches(blocks: AsyncIterable<Block>): AsyncGenerator<Block[]> {
  let batch: Block[] = [];
  let bytes = 0;
  for await (const block of blocks) {
    if (batch.length > 0 && bytes + block.rawSize > ARCHIVE_BYTES) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(block);
    bytes += block.rawSize;
  }
  if (batch.length > 0) yield batch;
}

async function send(connection: Connection, archive: Buffer, files: PlannedFile[]): Promise<void> {
  const answer = await withRetries(connection, async () => {
    const response = await ask(connection, {
      method: 'PUT',
      path: contentPath(connection),
      contentType: 'application/zip',
      body: archive as Buffer<ArrayBuffer>,
    });
    return (await response.json().catch((error) => {
      throw unreachable(connection, error);
    })) as Stored;
  });
  const [refused] = answer.refused ?? [];
  if (refused === undefined) return;
  const path = files.find(({ digest }) => digest === refused.digest)?.path ?? refused.digest;
  const more = answer.refused.length > 1 ? ` (and ${answer.refused.length - 1} more)` : '';
  throw new RegistryError('INVALID', `The registry refused ${path}: ${refused.message}${more}`);
}
