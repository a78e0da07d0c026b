import type { PackedContent } from '@fixture-registry/protocol';
import { Piscina } from 'piscina';
import type { ReadContent, RedactionTask, redactContent } from './reading-worker.js';

/** Reads contents away from the thread that answers requests: one hostile file must not slow everybody. */
export interface ContentReader {
  read(packed: PackedContent): Promise<ReadContent>;
  /** Takes the secrets out of a content. */
  redact(task: RedactionTask): Promise<ReturnType<typeof redactContent>>;
  close(): Promise<void>;
}

/** Threads that read; more would only take memory from pushes that wait for the database anyway. */
const THREADS = 2;

export function makeContentReader(): ContentReader {
  const pool = new Piscina({
    filename: new URL('./reading-worker.js', import.meta.url).href,
    minThreads: 0,
    maxThreads: THREADS,
    idleTimeout: 30_000,
  });
  return {
    // A view is sent with all of its buffer, which may be a slab of the network's: hence an exact copy.
    read: (packed) => pool.run({ ...packed, bytes: [exactCopy(packed.bytes)] }),
    redact: ({ packed, repositoryId }) =>
      pool.run(
        { packed: { ...packed, bytes: [exactCopy(packed.bytes)] }, repositoryId },
        { name: 'redactContent' },
      ),
    close: () => pool.destroy(),
  };
}

function exactCopy(chunks: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let position = 0;
  for (const chunk of chunks) {
    whole.set(chunk, position);
    position += chunk.length;
  }
  return whole;
}
