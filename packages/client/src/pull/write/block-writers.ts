import { availableParallelism } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Folders } from '../../checkout/files/folders.js';
import { type BlockToWrite, type WrittenBlock, writeBlock } from './write-block.js';
import { WriterThread } from './writer-thread.js';

// Starting the thread costs some 40 ms of processor time, in which the caller can write this much.
const MIN_FILES_FOR_THREAD = 500;
const MIN_BYTES_FOR_THREAD = 16 * 1024 * 1024;

/**
 * Unpacks, verifies and writes blocks in the caller's thread and in a second one. A third thread
 * made no pull faster on two processors, one of which the registry may need.
 */
export class BlockWriters {
  /**
   * How many blocks keep both threads busy: small ones queued for the second, and one for the
   * caller's.
   */
  static readonly maxBlocks = 32;

  readonly #directory: string;
  readonly #folders: Folders;
  #thread: WriterThread | null = null;

  constructor(directory: string, folders: Folders) {
    this.#directory = directory;
    this.#folders = folders;
  }

  /** Starts the second thread, if the machine has a processor for it. */
  start(): void {
    if (this.#thread === null && availableParallelism() > 1) this.#thread = new WriterThread(this.#directory);
  }

  /** Starts the second thread if there are enough files, or bytes, to write. */
  startFor(files: { size: number }[]): void {
    const bytes = files.reduce((sum, { size }) => sum + size, 0);
    if (files.length > MIN_FILES_FOR_THREAD || bytes > MIN_BYTES_FOR_THREAD) this.start();
  }

  /**
   * Writes a block in whichever thread has capacity. Never rejects because of the block, see
   * `WrittenBlock.failure`.
   */
  async write(block: BlockToWrite): Promise<WrittenBlock> {
    const thread = this.#thread;
    // Without this, blocks that are already buffered delay the delivery of the thread's results.
    if (thread?.isReady && !thread.hasCapacity) await nextTurn();
    if (thread?.isReady && thread.hasCapacity) return thread.write(block);
    return writeBlock(this.#directory, this.#folders, block);
  }

  /** Ends the second thread. Call it only after all `write` promises have settled. */
  async close(): Promise<void> {
    await this.#thread?.close();
  }
}
