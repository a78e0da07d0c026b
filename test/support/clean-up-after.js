// Ends the processes and removes the folders that a test process leaves behind. Standard input closes when
// that process is gone, however it ended: after a failed test, a timeout, Ctrl-C or `kill -9`.
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';

const PATIENCE_MS = 5_000;

// A worker of vitest that is blocked outlives vitest, so it is ended with it.
const testProcess = process.ppid;
const runner = Number(process.argv[2]);
const watch = setInterval(() => {
  if (runner && !isAlive(runner)) process.kill(testProcess, 'SIGKILL');
}, 500);

/** @type {Map<number, NodeJS.Signals>} pid → the signal that ends it together with its own children */
const processes = new Map();
/** @type {Set<string>} */
const folders = new Set();

for await (const line of createInterface({ input: process.stdin })) {
  const { started, signal, ended, made, removed } = JSON.parse(line);
  if (started !== undefined) processes.set(started, signal);
  if (ended !== undefined) processes.delete(ended);
  if (made !== undefined) folders.add(made);
  if (removed !== undefined) folders.delete(removed);
}

clearInterval(watch);

// Each process leads a group of its own, which holds the processes that it started.
for (const [pid, signal] of processes) send(-pid, signal);
const end = Date.now() + PATIENCE_MS;
while (Date.now() < end && [...processes.keys()].some((pid) => isAlive(-pid))) await setTimeout(20);
for (const pid of processes.keys()) send(-pid, 'SIGKILL');
// A process that is just ending may still write.
for (const folder of folders)
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });

/**
 * @param {number} pid @param {NodeJS.Signals | 0} signal @returns {boolean} whether there is such a process
 */
function send(pid, signal) {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** @param {number} pid */
function isAlive(pid) {
  return send(pid, 0);
}
