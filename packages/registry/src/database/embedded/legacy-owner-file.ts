import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Claim } from './claim.js';

// Version 0.1 identified the owner by its pid in `owner.json`. This version still writes the file, so that
// version 0.1 does not open a directory in use, and reads it to detect a running process of version 0.1.

const OWNER_FILE = 'owner.json';

/** The content of `owner.json`. Only this version writes `claim`. */
export interface LegacyOwner {
  pid: number;
  instance: string;
  url?: string;
  token?: string;
  claim?: number;
}

/** Writes `owner.json`, or returns the running process of version 0.1 that owns the directory. */
export async function writeOwnerFile(
  directory: string,
  number: number,
  claim: Claim,
): Promise<LegacyOwner | null> {
  const { socket: _, ...content } = { ...claim, claim: number };
  const path = join(directory, OWNER_FILE);
  try {
    await writeFile(path, JSON.stringify(content), { flag: 'wx', mode: 0o600 });
    return null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const owner = await livingOwner(path);
  if (owner) return owner;
  const temporary = `${path}.${claim.instance}`;
  await writeFile(temporary, JSON.stringify(content), { mode: 0o600 });
  await rename(temporary, path);
  return null;
}

export async function removeOwnerFile(directory: string): Promise<void> {
  await rm(join(directory, OWNER_FILE), { force: true });
}

async function livingOwner(path: string): Promise<LegacyOwner | null> {
  let owner: LegacyOwner;
  try {
    owner = JSON.parse(await readFile(path, 'utf8')) as LegacyOwner;
  } catch {
    return null;
  }
  // The claims already prove that no process of this version owns the directory.
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

/** Another program may have the pid by now, so a server only counts as running if it responds. */
async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(new URL('/healthz', url), { signal: AbortSignal.timeout(3_000) })).ok;
  } catch (error) {
    // A busy server may be slow, but it runs.
    return (error as Error).name === 'TimeoutError';
  }
}
