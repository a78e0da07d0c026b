import { Piscina } from 'piscina';
import { exactCopy } from './copy-received.js';
import type { ReadBlock, ReadingTask, RedactionTask, redactContent } from './reading-worker.js';

/** Parses contents in worker threads, so that a hostile file cannot block requests. */
export interface ContentReader {
  read(task: ReadingTask): Promise<ReadBlock>;
  /** Redacts the secrets of a content. */
  redact(task: RedactionTask): Promise<ReturnType<typeof redactContent>>;
  /** Runs another function in one of the threads. @param worker the module that exports it under the name */
  run<Task, Result>(worker: URL, name: string, task: Task): Promise<Result>;
  close(): Promise<void>;
}

/** The number of threads; more would only use memory, because pushes mostly wait for the database. */
const THREADS = 2;

export function makeContentReader(): ContentReader {
  const pool = new Piscina({
    filename: new URL('./reading-worker.js', import.meta.url).href,
    // One thread stays ready: starting one takes longer than parsing a small push.
    minThreads: 1,
    maxThreads: THREADS,
    idleTimeout: 30_000,
    // Most objects are short-lived, so a larger young generation would only use memory.
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
  });
  return {
    read: (task) => pool.run(task),
    redact: ({ packed, repositoryId }) =>
      pool.run(
        { packed: { ...packed, bytes: [exactCopy(packed.bytes)] }, repositoryId },
        { name: 'redactContent' },
      ),
    run: (worker, name, task) => pool.run(task, { filename: worker.href, name }),
    close: () => pool.destroy(),
  };
}
