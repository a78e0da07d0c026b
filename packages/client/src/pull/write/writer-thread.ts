import { Worker } from 'node:worker_threads';
import { joined } from '@fixture-registry/protocol';
import type { BlockToWrite, WrittenBlock } from './write-block.js';

// Maximum unpacked bytes in the queue: enough that the thread has work while the caller writes a
// large block.
const MAX_QUEUED_BYTES = 4 * 1024 * 1024;

interface QueuedBlock {
  /** Unpacked bytes of the block. */
  size: number;
  resolve: (written: WrittenBlock) => void;
  reject: (error: Error) => void;
}

/**
 * A thread that writes blocks, see `write-worker.ts`.
 *
 * Not a pool from a library: such a pool starts its threads from a file of its own, which is
 * missing in the action's bundle.
 */
export class WriterThread {
  /** False until the thread has loaded its code, and after it has ended. */
  isReady = false;
  readonly #worker: Worker;
  readonly #queue: QueuedBlock[] = [];

  constructor(directory: string) {
    this.#worker = new Worker(new URL('./write-worker.js', import.meta.url), { workerData: { directory } });
    this.#worker.once('message', () => {
      this.isReady = true;
      this.#worker.on('message', (written: WrittenBlock) => this.#queue.shift()?.resolve(written));
    });
    this.#worker.on('error', (error) => this.#end(error));
    this.#worker.on('exit', () => this.#end(new Error('the thread that writes recordings ended')));
  }

  /** Whether the queue is short enough to take another block. */
  get hasCapacity(): boolean {
    return this.#queue.reduce((sum, { size }) => sum + size, 0) < MAX_QUEUED_BYTES;
  }

  /** Queues a block. Rejects if the thread ends before it is written. */
  write(block: BlockToWrite): Promise<WrittenBlock> {
    // Copied before the transfer: bytes from the network share their buffer with those that follow.
    const bytes = new Uint8Array(joined(block.bytes));
    return new Promise((resolve, reject) => {
      this.#queue.push({ size: block.rawSize, resolve, reject });
      this.#worker.postMessage({ ...block, bytes: [bytes] }, [bytes.buffer]);
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #end(error: Error): void {
    this.isReady = false;
    for (const { reject } of this.#queue.splice(0)) reject(error);
  }
}
