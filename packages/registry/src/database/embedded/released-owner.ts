import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Claim } from './claim.js';

// Version 0.1 kept its owner by pid in `owner.json`. The file is still written, so that a process of that version
// does not open a directory that is in use, and read, so that one that runs is noticed.

const NOTE = 'owner.json';

/** What `owner.json` says. `claim` is only in the notes that this version writes. */
export interface ReleasedOwner {
  pid: number;
  instance: string;
  url?: string;
  token?: string;
  claim?: number;
}

/** Writes the note. Returns the process of version 0.1 that has the directory, if there is one. */
export async function noteOwner(
  directory: string,
  number: number,
  claim: Claim,
): Promise<ReleasedOwner | null> {
  const { socket: _, ...note } = { ...claim, claim: number };
  const path = join(directory, NOTE);
  try {
    await writeFile(path, JSON.stringify(note), { flag: 'wx', mode: 0o600 });
    return null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const owner = await livingOwner(path);
  if (owner) return owner;
  const temporary = `${path}.${claim.instance}`;
  await writeFile(temporary, JSON.stringify(note), { mode: 0o600 });
  await rename(temporary, path);
  return null;
}

export async function removeOwnerNote(directory: string): Promise<void> {
  await rm(join(directory, NOTE), { force: true });
}

async function livingOwner(path: string): Promise<ReleasedOwner | null> {
  let owner: ReleasedOwner;
  try {
    owner = JSON.parse(await readFile(path, 'utf8')) as ReleasedOwner;
  } catch {
    return null;
  }
  // The claims already say that no process of this version has the directory.
  if (owner.claim !== undefined) return null;
  // After a crash in a container the next process often gets the same pid.
  if (owner.pid === process.pid || !isRunning(owner.pid)) return null;
  return owner.url === undefined || (await answers(owner.url)) ? owner : null;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The pid may belong to another program by now: a server is only there if it answers. */
async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(new URL('/healthz', url), { signal: AbortSignal.timeout(3_000) })).ok;
  } catch (error) {
    // A busy server is slow, not gone.
    return (error as Error).name === 'TimeoutError';
  }
}
