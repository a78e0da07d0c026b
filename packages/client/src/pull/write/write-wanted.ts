import type { Folders } from '../../checkout/files/folders.js';
import { noteWrites, temporaryName } from '../../checkout/files/unfinished-writes.js';
import { LocalError } from '../../checkout/local-error.js';
import type { OnProgress } from '../../checkout/progress.js';
import type { Connection } from '../../connection/registry/connection.js';
import { requireRoom } from '../check/free-space.js';
import type { Comparison } from '../compare/compare-with-disk.js';
import { damaged, download, type Named } from '../download/download.js';
import { BlockWriters } from './block-writers.js';
import { StagedFolders } from './staged-folders.js';
import type { BlockFile } from './write-block.js';

/** See `PullSummary`. */
export interface Written {
  pulled: number;
  replaced: number;
  bytes: number;
}

/** Downloads what is wanted and writes it; adds it to what is present. What was written until a failure stays, and is present. */
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
  requireRoom(directory, wanted);
  const sizes = new Map(wanted.map(({ digest, size }) => [digest, size]));
  const byDigest = new Map<string, WantedFile[]>();
  for (const file of wanted) byDigest.set(file.digest, [...(byDigest.get(file.digest) ?? []), file]);
  const done = noteWrites(directory);
  const staged = new StagedFolders(directory, folders);
  writers.startFor(wanted);
  try {
    await download(connection, sizes, BlockWriters.atOnce, async (block) => {
      const files = block.wanted.flatMap((content) =>
        (byDigest.get(content.digest) ?? []).map((file) => ({ file, content })),
      );
      const { codec, rawSize, bytes } = block;
      const { times, failure } = await writers.write({
        codec,
        rawSize,
        bytes,
        files: files.map(({ file, content }) => placed(file, content, staged)),
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
    done();
  }
  return summary;
}

type WantedFile = Comparison['wanted'][number];

/** Where a file is written: in a folder that is staged, or beside its place. */
function placed({ path, local }: WantedFile, content: Named, staged: StagedFolders): BlockFile {
  const place = staged.placeOf(path);
  return { ...content, local, place: place ?? path, temporary: place === null ? temporaryName() : null };
}
