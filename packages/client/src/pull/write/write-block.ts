import { join } from 'node:path';
import { ArchiveError, type Block, contentIn, digestOf, unpackBlock } from '@fixture-registry/protocol';
import type { Folders } from '../../checkout/files/folders.js';
import { keepReplaced, writeNew, writeRecording } from '../../checkout/files/write-recording.js';

/** Where a content of a block is to be written. */
export interface BlockFile {
  digest: string;
  /** Bytes, and where in the unpacked block they begin. */
  size: number;
  start: number;
  /** Relative to the directory: the recording's path, or its place in a staged folder. */
  place: string;
  /** The name to write it under before it is renamed to its place; null in a staged folder, which is renamed as a whole. */
  temporary: string | null;
  /** Whether a file that no pull wrote is in its place; it is kept in `.fixtures/replaced`. */
  local: boolean;
}

/** All that is to be done with one block; plain data, so that another thread can do it. */
export interface BlockToWrite extends Omit<Block, 'members'> {
  files: BlockFile[];
}

export interface WrittenBlock {
  /** The times in milliseconds of the files that are on disk now: the first ones of the block, and all of them if nothing failed. */
  times: number[];
  /** Why not all of them; damage is the network's or the registry's, the rest this machine's. */
  failure: { damage: string } | { local: string } | null;
}

/** Unpacks a block, verifies the contents that are wanted of it, and writes them. Nothing is written of a block that is damaged. */
export function writeBlock(directory: string, folders: Folders, block: BlockToWrite): WrittenBlock {
  const times: number[] = [];
  try {
    const contents = verified(block);
    for (const file of block.files) {
      times.push(writeFile(directory, folders, file, contents.get(file.digest) as Buffer));
    }
    return { times, failure: null };
  } catch (error) {
    const { message } = error as Error;
    return { times, failure: error instanceof ArchiveError ? { damage: message } : { local: message } };
  }
}

/** The contents by their digests. @throws ArchiveError */
function verified(block: BlockToWrite): Map<string, Buffer> {
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
    if (digestOf(bytes) !== digest)
      throw new ArchiveError(`content ${digest} is other bytes than its digest says`);
    contents.set(digest, bytes);
  }
  return contents;
}

function writeFile(directory: string, folders: Folders, file: BlockFile, bytes: Buffer): number {
  const { place, temporary, local } = file;
  if (temporary === null) return writeNew(join(directory, place), bytes);
  folders.holds(place);
  if (local) keepReplaced(directory, place);
  return writeRecording(directory, place, bytes, folders, temporary);
}
