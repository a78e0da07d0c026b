import { ArchiveError } from '../contents/archive-error.js';
import type { ArchiveEntry } from '../contents/packed-content.js';
import { centralHeader, endRecords, localHeader, MAXIMUM_16, MAXIMUM_32 } from './archive-layout.js';

// Small parts are copied into one chunk, because a stream with thousands of small chunks is slow.
const CHUNK_BYTES = 64 * 1024;
const SMALL_BYTES = 16 * 1024;

/**
 * Writes a standard zip archive. Entries are already packed, so nothing is compressed here. Memory is
 * bounded by one chunk and the central directory, about 110 bytes for each entry.
 * @throws ArchiveError for an entry that zip cannot represent: a name above 65,535 bytes or a content
 * of 4 GiB
 */
export async function* writeArchive(
  entries: AsyncIterable<ArchiveEntry> | Iterable<ArchiveEntry>,
): AsyncGenerator<Uint8Array> {
  const directory: Buffer[] = [];
  const buffer = new ChunkBuffer();
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
      yield* buffer.add(header);
      for (const chunk of entry.bytes) yield* buffer.add(chunk);
    }
  } catch (error) {
    // A reader that streams the archive still gets the complete entries.
    yield* buffer.flush();
    throw error;
  }
  let size = 0;
  for (const record of directory) {
    size += record.byteLength;
    yield* buffer.add(record);
  }
  yield* buffer.add(endRecords({ entries: directory.length, size, offset }));
  yield* buffer.flush();
}

/** Copies small parts into chunks; a large part is passed on without a copy. */
class ChunkBuffer {
  #bytes = Buffer.allocUnsafe(CHUNK_BYTES);
  #used = 0;

  add(part: Uint8Array): Uint8Array[] {
    if (part.byteLength >= SMALL_BYTES) return [...this.flush(), part];
    const full = this.#used + part.byteLength > CHUNK_BYTES ? this.flush() : [];
    this.#bytes.set(part, this.#used);
    this.#used += part.byteLength;
    return full;
  }

  flush(): Uint8Array[] {
    if (this.#used === 0) return [];
    const chunk = this.#bytes.subarray(0, this.#used);
    // The receiver may still hold the chunk, so its memory is not reused.
    this.#bytes = Buffer.allocUnsafe(CHUNK_BYTES);
    this.#used = 0;
    return [chunk];
  }
}
