import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { hasRoomForCheckpoint, refusalFor } from './free-space.js';
import type { FromThread, ThreadData, ToThread } from './thread-messages.js';
import { WireSession } from './wire-session.js';

// Worker thread: runs PGlite and speaks the Postgres wire protocol with the driver in the main thread.

/** The exit status with which a long jump of Postgres leaves WebAssembly. */
const LONG_JUMP = 100;

/** Keeps few recycled log files, to leave a small disk to recordings. */
const START_PARAMS = [...PGlite.defaultStartParams, '-c', 'max_wal_size=128MB', '-c', 'min_wal_size=32MB'];

/** Milliseconds between two checks of the log's size. */
const CHECKPOINT_INTERVAL = 5_000;

const { directory } = workerData as ThreadData;
const port = parentPort ?? die(new Error('this file runs as a worker thread'));
const database = await PGlite.create(directory, {
  startParams: START_PARAMS,
  // Only an extension can set Emscripten options. Without `onAbort`, an abort during the start never returns.
  extensions: {
    abort: {
      name: 'abort',
      setup: async (_, options: object) => ({ emscriptenOpts: { ...options, onAbort: die } }),
    },
  },
}).catch(die);
dieOnAbort(database);
const session = new WireSession(database, {
  refusal: (wasRefused) => refusalFor(directory, wasRefused),
  hasRoomForCheckpoint: () => hasRoomForCheckpoint(directory),
  reply: (part) => port.postMessage(part satisfies FromThread, [part.buffer]),
});
port.on('message', (message: ToThread) => {
  if (message === 'close') void close();
  else session.execute(message).catch(die);
});
setInterval(() => void session.checkpointIfDue().catch(die), CHECKPOINT_INTERVAL);
port.postMessage('open' satisfies FromThread);

async function close(): Promise<void> {
  await database.close();
  process.exit(0);
}

/**
 * PGlite re-enters its main loop after any exception, and hangs there after a PANIC or an abort of
 * WebAssembly. So every exception except Postgres' long jump ends this thread.
 */
function dieOnAbort({ Module }: PGlite): void {
  const runOnce = Module._PostgresMainLoopOnce;
  Module._PostgresMainLoopOnce = () => {
    try {
      runOnce();
    } catch (error) {
      if ((error as { status?: number }).status === LONG_JUMP) throw error;
      die(error);
    }
  };
}

function die(error: unknown): never {
  const fatal = error instanceof Error ? error.message : String(error);
  parentPort?.postMessage({ fatal } satisfies FromThread);
  // Block until the main thread terminates this one: PGlite must not run any more.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}
