import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { hasRoomForCheckpoint, refusalFor } from './free-space.js';
import type { FromThread, ThreadData, ToThread } from './thread-messages.js';
import { WireSession } from './wire-session.js';

// Runs PGlite in a thread of its own. It answers the Postgres wire protocol; the driver is in the main thread.

/** The exit status with which Postgres' long jump leaves WebAssembly. */
const LONG_JUMP = 100;

/** Few files of the log are kept for later: a small disk is better used for recordings. */
const START = [...PGlite.defaultStartParams, '-c', 'max_wal_size=128MB', '-c', 'min_wal_size=32MB'];

/** Milliseconds between two looks at how much log there is. */
const TIDY_EVERY = 5_000;

const { directory } = workerData as ThreadData;
const port = parentPort ?? die(new Error('this file runs as a worker thread'));
const database = await PGlite.create(directory, {
  startParams: START,
  // The only way to add to the options of Emscripten. An abort while PGlite starts would never end, either.
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
setInterval(() => void session.tidy().catch(die), TIDY_EVERY);
port.postMessage('open' satisfies FromThread);

async function close(): Promise<void> {
  await database.close();
  process.exit(0);
}

/**
 * PGlite enters its main loop again after any exception, which never ends after a PANIC or an abort of WebAssembly.
 * Every exception but the long jump of Postgres ends this thread.
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
  // The main thread ends this one. Until then, nothing of PGlite may run.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}
