import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import type { Surroundings } from './results.js';

/** What a figure depends on, and nothing that tells whose machine it was. */
export async function surroundingsOf(rounds: number): Promise<Surroundings> {
  const { stdout: git } = await promisify(execFile)('git', ['--version']);
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.versions.node,
    git: git.trim(),
    // Those that this process may use: `taskset` is seen.
    cores: availableParallelism(),
    rounds,
  };
}
