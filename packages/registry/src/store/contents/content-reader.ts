import { Piscina } from 'piscina';
import { exactCopy } from './copy-received.js';
import type { ReadBlock, ReadingTask, RedactionTask, redactContent } from './reading-worker.js';

/** Parses contents in worker threads, so that a hostile file cannot block requests. */
export interface ContentReader {
  /** Refuses the contents of a block that a thread has not enough memory for. */
  read(task: ReadingTask): Promise<ReadBlock>;
  /** Redacts the secrets of a content. */
  redact(task: RedactionTask): Promise<ReturnType<typeof redactContent>>;
  /**
   * Runs another function in one of the threads.
   * @param worker the module that exports it under the name
   * @param size the bytes of the largest content that it parses
   * @throws ReadingOutOfMemory
   */
  run<Task, Result>(worker: URL, name: string, task: Task, size?: number): Promise<Result>;
  close(): Promise<void>;
}

/** A thread ran out of memory and was replaced. */
export class ReadingOutOfMemory extends Error {
  constructor() {
    super('the file takes too much memory to be parsed');
  }
}

/** The number of threads; more would only use memory, because pushes mostly wait for the database. */
const THREADS = 2;

/**
 * The heap of a thread in MB. A cassette of 32 MiB, parsed and scanned for secrets, takes 0.2 to 0.7 GB; a file of
 * millions of empty objects up to 2 GB. Without a limit, it would depend on the memory of the machine.
 */
const HEAP = 2_048;

/** Larger contents, in bytes, are parsed one at a time: each may take more than 20 times its size. */
const LARGE = 4 * 1024 * 1024;

/** @param heap of a thread, in MB */
export function makeContentReader(heap = HEAP): ContentReader {
  const pool = new Piscina({
    filename: new URL('./reading-worker.js', import.meta.url).href,
    // One thread stays ready: starting one takes longer than parsing a small push.
    minThreads: 1,
    maxThreads: THREADS,
    idleTimeout: 30_000,
    // Most objects are short-lived, so a larger young generation would only use memory.
    resourceLimits: { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: heap },
  });
  let large: Promise<unknown> = Promise.resolve();
  const inTurn = <Result>(size: number, work: () => Promise<Result>): Promise<Result> => {
    if (size <= LARGE) return work();
    const turn = large.then(work);
    large = turn.catch(() => {});
    return turn;
  };
  const run = <Result>(size: number, task: unknown, options?: Parameters<typeof pool.run>[1]) =>
    inTurn(size, () => pool.run(task, options) as Promise<Result>).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? new ReadingOutOfMemory() : error;
    });
  return {
    read: async (task) => {
      try {
        return await run<ReadBlock>(task.rawSize, task);
      } catch (error) {
        // Not stored unread: nobody could say whether it contains secrets.
        if (!(error instanceof ReadingOutOfMemory)) throw error;
        const refused = [...task.accepted].map((digest) => ({ digest, message: error.message }));
        return { contents: [], refused, repacked: null };
      }
    },
    redact: ({ packed, repositoryId }) =>
      run(
        packed.size,
        { packed: { ...packed, bytes: [exactCopy(packed.bytes)] }, repositoryId },
        { name: 'redactContent' },
      ),
    run: (worker, name, task, size = 0) => run(size, task, { filename: worker.href, name }),
    close: () => pool.destroy(),
  };
}
