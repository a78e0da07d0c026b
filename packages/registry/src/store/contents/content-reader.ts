import { Piscina } from 'piscina';
import type { ReadBlock, ReadingTask, RedactionTask, redactContent } from './reading-worker.js';
import { exactCopy } from './received.js';

/** Reads contents away from the thread that answers requests: one hostile file must not slow everybody. */
export interface ContentReader {
  read(task: ReadingTask): Promise<ReadBlock>;
  /** Takes the secrets out of a content. */
  redact(task: RedactionTask): Promise<ReturnType<typeof redactContent>>;
  /** Runs another function in one of the threads. @param worker the module that exports it under the name */
  run<Task, Result>(worker: URL, name: string, task: Task): Promise<Result>;
  close(): Promise<void>;
}

/** Threads that read; more would only take memory from pushes that wait for the database anyway. */
const THREADS = 2;

export function makeContentReader(): ContentReader {
  const pool = new Piscina({
    filename: new URL('./reading-worker.js', import.meta.url).href,
    // One is ready: to start one takes longer than to read what a small push brings.
    minThreads: 1,
    maxThreads: THREADS,
    idleTimeout: 30_000,
    // Nearly all that they make is thrown away at once: room for more of it is memory for nothing.
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
