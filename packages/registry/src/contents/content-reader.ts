import { Piscina } from 'piscina';
import type { ReadBlock, Received } from './reading-worker.js';

/** Reads contents away from the thread that answers requests: one hostile file must not slow everybody. */
export interface ContentReader {
  read(received: Received): Promise<ReadBlock>;
  close(): Promise<void>;
}

/** Threads that read; more would only take memory from pushes that wait for the database anyway. */
const THREADS = 2;

export function makeContentReader(): ContentReader {
  const pool = new Piscina<Received, ReadBlock>({
    filename: new URL('./reading-worker.js', import.meta.url).href,
    minThreads: 0,
    maxThreads: THREADS,
    idleTimeout: 30_000,
  });
  return { read: (received) => pool.run(received), close: () => pool.destroy() };
}
