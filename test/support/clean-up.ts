import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const CLEAN_UP_AFTER = fileURLToPath(new URL('./clean-up-after.js', import.meta.url));

/** What the process that cleans up is told. */
type Change =
  | { started: number; signal: NodeJS.Signals }
  | { ended: number }
  | { made: string }
  | { removed: string };

let changes: Socket | null = null;

/*
 * Tests end what they start. Where one cannot, because it fails, hangs or is killed, a second process does it
 * as soon as the test process is gone: no handler runs in a process that is killed.
 */
function note(change: Change): void {
  changes ??= startCleanUp();
  changes.write(`${JSON.stringify(change)}\n`);
}

function startCleanUp(): Socket {
  const runner = process.env['VITEST_WORKER_ID'] === undefined ? [] : [`${process.ppid}`];
  // Detached: Ctrl-C must not end it before it has cleaned up.
  const child = spawn(process.execPath, [CLEAN_UP_AFTER, ...runner], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.unref();
  const input = child.stdin as Socket;
  input.unref();
  return input;
}

export interface StartOptions {
  cwd: string;
  /** The whole environment; without it, this process's own. */
  env?: NodeJS.ProcessEnv;
  uid?: number;
  gid?: number;
  /** Ends it as `kill -9` does. */
  signal?: AbortSignal;
  /** The signal that ends it with its children, should it be left behind; without this, SIGKILL. */
  endedBy?: NodeJS.Signals;
}

/** A process without input, both of whose outputs must be read. */
export type StartedProcess = ChildProcessByStdio<null, Readable, Readable>;

/** Starts a process that ends with this process at the latest, as do the processes that it starts. */
export function startProcess(command: string, args: string[], options: StartOptions): StartedProcess {
  const { endedBy = 'SIGKILL', signal, ...rest } = options;
  const child = spawn(command, args, {
    ...rest,
    ...(signal ? { signal, killSignal: 'SIGKILL' as const } : {}),
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, which can be ended as a whole.
    detached: true,
  });
  const { pid } = child;
  if (pid !== undefined) {
    note({ started: pid, signal: endedBy });
    child.once('exit', () => note({ ended: pid }));
  }
  return child;
}

/** Makes a folder that is removed after this process at the latest. */
export function makeTemporaryFolder(prefix: string): string {
  const path = mkdtempSync(join(tmpdir(), prefix));
  note({ made: path });
  return path;
}

export async function removeTemporaryFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 5 });
  note({ removed: path });
}
