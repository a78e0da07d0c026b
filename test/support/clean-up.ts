import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const CLEAN_UP_AFTER = fileURLToPath(new URL('./clean-up-after.js', import.meta.url));

/** The messages to the process that cleans up. */
type Change =
  | { started: number; signal: NodeJS.Signals }
  | { ended: number }
  | { made: string }
  | { removed: string };

let changes: Socket | null = null;

/*
 * Tests clean up after themselves. When one fails, hangs or is killed, a second process does it as
 * soon as the test process has exited, because a killed process runs no handler.
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
  /** The whole environment; by default that of this process. */
  env?: NodeJS.ProcessEnv;
  uid?: number;
  gid?: number;
  /** Ends it as `kill -9` does. */
  signal?: AbortSignal;
  /** The signal that ends it and its children if they outlive the test; by default SIGKILL. */
  endedBy?: NodeJS.Signals;
}

/** A process without input; both of its outputs must be read. */
export type StartedProcess = ChildProcessByStdio<null, Readable, Readable>;

/** Starts a process that exits, with its child processes, at the latest when this process does. */
export function startProcess(command: string, args: string[], options: StartOptions): StartedProcess {
  const { endedBy = 'SIGKILL', signal, ...rest } = options;
  const child = spawn(command, args, {
    ...rest,
    ...(signal ? { signal, killSignal: 'SIGKILL' as const } : {}),
    stdio: ['ignore', 'pipe', 'pipe'],
    // Its own process group, so that the whole group can be killed.
    detached: true,
  });
  const { pid } = child;
  if (pid !== undefined) {
    note({ started: pid, signal: endedBy });
    child.once('exit', () => note({ ended: pid }));
  }
  return child;
}

/** Creates a folder that is removed at the latest when this process exits. */
export function makeTemporaryFolder(prefix: string, parent = tmpdir()): string {
  const path = mkdtempSync(join(parent, prefix));
  note({ made: path });
  return path;
}

export async function removeTemporaryFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 5 });
  note({ removed: path });
}
