// Pieces below this size are copied together: one object for each would need far more memory than its bytes.
const SMALL_BYTES = 1024;
const CHUNK_BYTES = 64 * 1024;

/** Reads pieces of any length from a stream of chunks. */
export class ByteQueue {
  readonly #source: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array(0);
  #position = 0;
  #ended = false;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Reads the next `length` bytes as chunks, large ones without a copy; null when the stream ends early. */
  async read(length: number): Promise<Uint8Array[] | null> {
    const chunks: Uint8Array[] = [];
    let copy = new Uint8Array(0);
    let used = 0;
    let remaining = length;
    while (remaining > 0) {
      if (this.#position === this.#chunk.byteLength && !(await this.#advance())) return null;
      const part = this.#chunk.subarray(this.#position, this.#position + remaining);
      this.#position += part.byteLength;
      if (part.byteLength >= SMALL_BYTES) {
        if (used > 0) chunks.push(copy.subarray(0, used));
        [copy, used] = [copy.subarray(used), 0];
        chunks.push(part);
      } else {
        if (used + part.byteLength > copy.byteLength) {
          if (used > 0) chunks.push(copy.subarray(0, used));
          [copy, used] = [new Uint8Array(Math.min(remaining, CHUNK_BYTES)), 0];
        }
        copy.set(part, used);
        used += part.byteLength;
      }
      remaining -= part.byteLength;
    }
    if (used > 0) chunks.push(copy.subarray(0, used));
    return chunks;
  }

  /**
   * Reads the next `length` bytes synchronously, without a copy; null when the current chunk does not
   * contain them all.
   */
  readBuffered(length: number): Buffer | null {
    if (this.#chunk.byteLength - this.#position < length) return null;
    const start = this.#chunk.byteOffset + this.#position;
    this.#position += length;
    return Buffer.from(this.#chunk.buffer, start, length);
  }

  /** Whether the stream has ended; may wait for the next chunk. */
  async atEnd(): Promise<boolean> {
    return this.#position === this.#chunk.byteLength && !(await this.#advance());
  }

  /** Ends the source early, so that it releases its resources. */
  async close(): Promise<void> {
    if (!this.#ended) await this.#source.return?.();
  }

  async #advance(): Promise<boolean> {
    while (!this.#ended) {
      const next = await this.#source.next();
      if (next.done === true) this.#ended = true;
      else if (next.value.byteLength > 0) {
        this.#chunk = next.value;
        this.#position = 0;
        return true;
      }
    }
    return false;
  }
}
