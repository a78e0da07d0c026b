import type { Folders } from '../../checkout/files/folders.js';
import { markWriting, temporaryName } from '../../checkout/files/unfinished-writes.js';
import { LocalError } from '../../checkout/local-error.js';
import type { OnProgress } from '../../checkout/progress.js';
import type { Connection } from '../../connection/registry/connection.js';
import { requireFreeSpace } from '../check/free-space.js';
import type { Comparison } from '../compare/compare-with-disk.js';
import { download } from '../download/download.js';
import { damaged, type PlacedContent } from '../download/receive-blocks.js';
import { BlockWriters } from './block-writers.js';
import { StagedFolders } from './staged-folders.js';
import type { BlockFile } from './write-block.js';

/** See `PullSummary`. */
export interface Written {
  pulled: number;
  replaced: number;
  bytes: number;
}

/**
 * Downloads the wanted files, writes them, and adds each to `present`.
 * @throws RegistryError, LocalError; files written before the failure stay on disk and in `present`
 */
export async function writeWanted(
  connection: Connection,
  directory: string,
  { wanted, present }: Comparison,
  folders: Folders,
  writers: BlockWriters,
  onProgress: OnProgress | undefined,
): Promise<Written> {
  const summary: Written = { pulled: 0, replaced: 0, bytes: 0 };
  if (wanted.length === 0) return summary;
  requireFreeSpace(directory, wanted);
  const sizes = new Map(wanted.map(({ digest, size }) => [digest, size]));
  const byDigest = new Map<string, WantedFile[]>();
  for (const file of wanted) byDigest.set(file.digest, [...(byDigest.get(file.digest) ?? []), file]);
  const unmarkWriting = markWriting(directory);
  const staged = new StagedFolders(directory, folders);
  writers.startFor(wanted);
  try {
    await download(connection, sizes, BlockWriters.maxBlocks, async (block) => {
      const files = block.wanted.flatMap((content) =>
        (byDigest.get(content.digest) ?? []).map((file) => ({ file, content })),
      );
      const { codec, rawSize, bytes } = block;
      const { times, failure } = await writers.write({
        codec,
        rawSize,
        bytes,
        files: files.map(({ file, content }) => blockFile(file, content, staged)),
      });
      for (const [index, mtimeMs] of times.entries()) {
        const { path, digest, size, local } = (files[index] as (typeof files)[number]).file;
        if (local) summary.replaced++;
        present.set(path, { digest, size, mtimeMs, written: true });
        summary.pulled++;
        summary.bytes += size;
        onProgress?.({ step: 'download', done: summary.pulled, total: wanted.length });
      }
      if (failure === null) return;
      if ('damage' in failure) throw damaged(failure.damage);
      const path = files[times.length]?.file.path ?? null;
      throw new LocalError(`${path} cannot be written: ${failure.local}`, path);
    });
  } finally {
    staged.reveal();
    unmarkWriting();
  }
  return summary;
}

type WantedFile = Comparison['wanted'][number];

/**
 * A file goes to its staged path if its folder is staged, else to its own path under a temporary
 * name.
 */
function blockFile({ path, local }: WantedFile, content: PlacedContent, staged: StagedFolders): BlockFile {
  const place = staged.placeOf(path);
  return { ...content, local, place: place ?? path, temporary: place === null ? temporaryName() : null };
}
