import { ArchiveError } from '../contents/archive-error.js';
import type { ArchiveEntry } from '../contents/packed-content.js';
import { centralHeader, endRecords, localHeader, MAXIMUM_16, MAXIMUM_32 } from './archive-layout.js';

// Thousands of writes of a few bytes cost a stream far more than one copy of them: small parts leave together.
const BLOCK_BYTES = 64 * 1024;
const SMALL_BYTES = 16 * 1024;

/**
 * Writes a zip archive that any tool opens. Contents go out as they are packed; nothing is compressed here, and no more
 * than a block and the directory (about 110 bytes an entry) is held.
 * @throws ArchiveError for an entry that plain zip cannot carry (a name above 65,535 bytes, a content of 4 GiB)
 */
export async function* writeArchive(
  entries: AsyncIterable<ArchiveEntry> | Iterable<ArchiveEntry>,
): AsyncGenerator<Uint8Array> {
  const directory: Buffer[] = [];
  const block = new Block();
  let offset = 0;
  try {
    for await (const entry of entries) {
      const name = Buffer.from(entry.name);
      const packedSize = entry.bytes.reduce((sum, chunk) => sum + chunk.byteLength, 0);
      if (name.byteLength > MAXIMUM_16 || packedSize >= MAXIMUM_32 || entry.size >= MAXIMUM_32) {
        throw new ArchiveError(`entry ${entry.name.slice(0, 100)} is too large for the archive`);
      }
      directory.push(centralHeader(name, entry, packedSize, offset));
      const header = localHeader(name, entry, packedSize);
      offset += header.byteLength + packedSize;
      yield* block.add(header);
      for (const chunk of entry.bytes) yield* block.add(chunk);
    }
  } catch (error) {
    // What was whole before it is not lost to whoever takes the archive as it comes.
    yield* block.flush();
    throw error;
  }
  let size = 0;
  for (const record of directory) {
    size += record.byteLength;
    yield* block.add(record);
  }
  yield* block.add(endRecords({ entries: directory.length, size, offset }));
  yield* block.flush();
}

/** Gathers small parts; a large one passes as it is, after what was gathered before it. */
class Block {
  #bytes = Buffer.allocUnsafe(BLOCK_BYTES);
  #used = 0;

  add(part: Uint8Array): Uint8Array[] {
    if (part.byteLength >= SMALL_BYTES) return [...this.flush(), part];
    const full = this.#used + part.byteLength > BLOCK_BYTES ? this.flush() : [];
    this.#bytes.set(part, this.#used);
    this.#used += part.byteLength;
    return full;
  }

  flush(): Uint8Array[] {
    if (this.#used === 0) return [];
    const gathered = this.#bytes.subarray(0, this.#used);
    // The receiver may still hold what it was given, so a block is never written to again.
    this.#bytes = Buffer.allocUnsafe(BLOCK_BYTES);
    this.#used = 0;
    return [gathered];
  }
}
