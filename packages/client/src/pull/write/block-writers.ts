import { availableParallelism } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { joined } from '@fixture-registry/protocol';
import type { Folders } from '../../checkout/files/folders.js';
import { type BlockToWrite, type WrittenBlock, writeBlock } from './write-block.js';

// The thread takes some 40 ms of a processor to start, in which as much as this is written.
const WORTH_A_THREAD_FILES = 500;
const WORTH_A_THREAD_BYTES = 16 * 1024 * 1024;
// Bytes, unpacked, that wait for the thread: enough that it has work while the caller writes a large block, and little when all ends.
const MOST_WAITING_BYTES = 4 * 1024 * 1024;

/**
 * Unpacks, verifies and writes blocks, in the caller's thread and in one beside it once that is ready. A second one made a pull no faster
 * on two processors, of which the registry may need one.
 */
export class BlockWriters {
  /** Blocks that keep both busy: small ones that wait for the thread, and one that the caller writes. */
  static readonly atOnce = 32;

  readonly #directory: string;
  readonly #folders: Folders;
  #thread: WriterThread | null = null;

  constructor(directory: string, folders: Folders) {
    this.#directory = directory;
    this.#folders = folders;
  }

  /** Starts the thread, where this machine can run it beside the caller. */
  start(): void {
    if (this.#thread === null && availableParallelism() > 1) this.#thread = new WriterThread(this.#directory);
  }

  /** Starts the thread if it is worth that for these files. */
  startFor(files: { size: number }[]): void {
    const bytes = files.reduce((sum, { size }) => sum + size, 0);
    if (files.length > WORTH_A_THREAD_FILES || bytes > WORTH_A_THREAD_BYTES) this.start();
  }

  async write(block: BlockToWrite): Promise<WrittenBlock> {
    const thread = this.#thread;
    // What it has answered is read between two turns of the loop, to which blocks that came already do not lead by themselves.
    if (thread?.isReady && !thread.hasRoom) await nextTurn();
    if (thread?.isReady && thread.hasRoom) return thread.write(block);
    return writeBlock(this.#directory, this.#folders, block);
  }

  /** Ends the thread; what it was given is to be done before. */
  async close(): Promise<void> {
    await this.#thread?.close();
  }
}

interface Answer {
  /** Bytes of the block, unpacked. */
  size: number;
  resolve: (written: WrittenBlock) => void;
  reject: (error: Error) => void;
}

/*
 * A pool from a library would bring a file of its own for its threads to start from, which is not there any more where the action is one
 * bundle.
 */
class WriterThread {
  /** It is not before the thread has loaded what it runs, nor once it has ended. */
  isReady = false;
  readonly #worker: Worker;
  readonly #answers: Answer[] = [];

  constructor(directory: string) {
    this.#worker = new Worker(new URL('./write-worker.js', import.meta.url), { workerData: { directory } });
    this.#worker.once('message', () => {
      this.isReady = true;
      this.#worker.on('message', (written: WrittenBlock) => this.#answers.shift()?.resolve(written));
    });
    this.#worker.on('error', (error) => this.#end(error));
    this.#worker.on('exit', () => this.#end(new Error('the thread that writes recordings ended')));
  }

  /** Whether it may soon have nothing to do. */
  get hasRoom(): boolean {
    return this.#answers.reduce((sum, { size }) => sum + size, 0) < MOST_WAITING_BYTES;
  }

  write(block: BlockToWrite): Promise<WrittenBlock> {
    // A copy of its own: what comes from the network shares its memory with what comes next.
    const bytes = new Uint8Array(joined(block.bytes));
    return new Promise((resolve, reject) => {
      this.#answers.push({ size: block.rawSize, resolve, reject });
      this.#worker.postMessage({ ...block, bytes: [bytes] }, [bytes.buffer]);
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #end(error: Error): void {
    this.isReady = false;
    for (const { reject } of this.#answers.splice(0)) reject(error);
  }
}
