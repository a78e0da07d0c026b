import { LocalError } from '../local-error.js';

const MOST_FILES = 16;
const MOST_BYTES = 32 * 1024 * 1024;

/** Writes that run while the next contents arrive: some at once, few enough that memory and descriptors stay bounded. */
export class WritesInFlight {
  readonly #running = new Set<Promise<void>>();
  #bytes = 0;
  #failure: Error | null = null;

  /**
   * Starts a write, as soon as there is room for it.
   * @throws LocalError when an earlier one failed
   */
  async start(path: string, bytes: number, write: () => Promise<void>): Promise<void> {
    while (this.#running.size >= MOST_FILES || (this.#running.size > 0 && this.#bytes + bytes > MOST_BYTES)) {
      await Promise.race(this.#running);
    }
    this.#check();
    this.#bytes += bytes;
    const running = write()
      .catch((error: Error) => {
        this.#failure ??= new LocalError(`${path} cannot be written: ${error.message}`, path);
      })
      .finally(() => {
        this.#running.delete(running);
        this.#bytes -= bytes;
      });
    this.#running.add(running);
  }

  /** Waits for all of them. @throws LocalError when one failed */
  async finish(): Promise<void> {
    await Promise.all(this.#running);
    this.#check();
  }

  #check(): void {
    if (this.#failure !== null) throw this.#failure;
  }
}
