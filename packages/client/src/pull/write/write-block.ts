import { join } from 'node:path';
import { ArchiveError, type Block, contentIn, digestOf, unpackBlock } from '@fixture-registry/protocol';
import type { Folders } from '../../checkout/files/folders.js';
import { backUpFile, writeNew, writeRecording } from '../../checkout/files/write-recording.js';

/** A file to write from a content of a block. */
export interface BlockFile {
  digest: string;
  /** The bytes of the content. */
  size: number;
  /** Its position in the unpacked block, in bytes. */
  start: number;
  /** Relative to the directory: the path of the recording, or its staged path. */
  place: string;
  /**
   * The name to write it under before the rename; null in a staged folder, which is renamed as a
   * whole.
   */
  temporary: string | null;
  /**
   * Whether the file at this path was not written by a pull, so that it is backed up in
   * `.fixtures/replaced`.
   */
  local: boolean;
}

/** A block and the files to write from it. Plain data, so that it can be sent to another thread. */
export interface BlockToWrite extends Omit<Block, 'members'> {
  files: BlockFile[];
}

export interface WrittenBlock {
  /**
   * The modification times, in milliseconds, of the files written: all of them, or the first ones
   * if one failed.
   */
  times: number[];
  /** Why not all files were written: a damaged block, or a failure on this machine. */
  failure: { damage: string } | { local: string } | null;
}

/**
 * Unpacks a block, verifies its contents and writes its files. Writes nothing from a damaged block.
 * Never throws.
 */
export function writeBlock(directory: string, folders: Folders, block: BlockToWrite): WrittenBlock {
  const times: number[] = [];
  try {
    const contents = verifiedContents(block);
    for (const file of block.files) {
      times.push(writeFile(directory, folders, file, contents.get(file.digest) as Buffer));
    }
    return { times, failure: null };
  } catch (error) {
    const { message } = error as Error;
    return { times, failure: error instanceof ArchiveError ? { damage: message } : { local: message } };
  }
}

/** The contents of the files, by digest. @throws ArchiveError */
function verifiedContents(block: BlockToWrite): Map<string, Buffer> {
  const [first] = block.files;
  const contents = new Map<string, Buffer>();
  let raw: Buffer;
  try {
    raw = unpackBlock(block);
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    throw new ArchiveError(`content ${first?.digest}: ${error.message}`);
  }
  for (const { digest, size, start } of block.files) {
    if (contents.has(digest)) continue;
    const bytes = contentIn(raw, { start, size });
    if (digestOf(bytes) !== digest) throw new ArchiveError(`content ${digest} does not match its digest`);
    contents.set(digest, bytes);
  }
  return contents;
}

function writeFile(directory: string, folders: Folders, file: BlockFile, bytes: Buffer): number {
  const { place, temporary, local } = file;
  if (temporary === null) return writeNew(join(directory, place), bytes);
  folders.exists(place);
  if (local) backUpFile(directory, place);
  return writeRecording(directory, place, bytes, folders, temporary);
}
