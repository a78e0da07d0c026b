// A stream cut into pieces of a few bytes would cost a hundred times its bytes in objects: small pieces are copied together.
const SMALL_BYTES = 1024;
const BLOCK_BYTES = 64 * 1024;

/** Reads a stream of chunks in pieces of any length, without joining more than asked for. */
export class ByteQueue {
  readonly #source: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array(0);
  #position = 0;
  #ended = false;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The next `length` bytes in chunks, large ones sharing the stream's memory; null when the stream ends before. */
  async take(length: number): Promise<Uint8Array[] | null> {
    const taken: Uint8Array[] = [];
    let block = new Uint8Array(0);
    let used = 0;
    let missing = length;
    while (missing > 0) {
      if (this.#position === this.#chunk.byteLength && !(await this.#advance())) return null;
      const part = this.#chunk.subarray(this.#position, this.#position + missing);
      this.#position += part.byteLength;
      if (part.byteLength >= SMALL_BYTES) {
        if (used > 0) taken.push(block.subarray(0, used));
        [block, used] = [block.subarray(used), 0];
        taken.push(part);
      } else {
        if (used + part.byteLength > block.byteLength) {
          if (used > 0) taken.push(block.subarray(0, used));
          [block, used] = [new Uint8Array(Math.min(missing, BLOCK_BYTES)), 0];
        }
        block.set(part, used);
        used += part.byteLength;
      }
      missing -= part.byteLength;
    }
    if (used > 0) taken.push(block.subarray(0, used));
    return taken;
  }

  /** The next `length` bytes in one buffer, if they lie in the current chunk: the usual case, and no promise to wait for. */
  takeAtOnce(length: number): Buffer | null {
    if (this.#chunk.byteLength - this.#position < length) return null;
    const start = this.#chunk.byteOffset + this.#position;
    this.#position += length;
    return Buffer.from(this.#chunk.buffer, start, length);
  }

  /** Whether nothing is left; waits for the next chunk where that is not yet known. */
  async atEnd(): Promise<boolean> {
    return this.#position === this.#chunk.byteLength && !(await this.#advance());
  }

  /** Tells the source that no more is wanted, so that it can close what it holds. */
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
