import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

// The embedded database belongs to one process. Who opens it leaves a note beside it, and a server adds how the
// command line can reach it, so that `fixture-registry token create` works while `serve` is running.

const NOTE = 'owner.json';

/** What the owner of a data directory says of itself. */
export interface Owner {
  pid: number;
  /** Tells a process from a later one with the same pid. */
  instance: string;
  /** Where the owner answers, with an admin token that is valid as long as it runs. Only a server has these. */
  url?: string;
  token?: string;
}

export class DataDirectoryInUse extends Error {
  readonly owner: Owner;
  constructor(directory: string, owner: Owner) {
    super(
      `the data directory ${directory} is in use by process ${owner.pid}. ` +
        'Stop that process first, or set FIXTURE_REGISTRY_DATA to another directory.',
    );
    this.owner = owner;
  }
}

const claims = new Map<string, string>();

/** Takes a data directory for this process. Throws `DataDirectoryInUse` while another process has it. */
export async function claimDataDirectory(directory: string): Promise<{ release(): Promise<void> }> {
  const instance = randomBytes(12).toString('hex');
  const note = JSON.stringify({ pid: process.pid, instance } satisfies Owner);
  for (;;) {
    try {
      // Only one of two that start together can create the note.
      await writeFile(join(directory, NOTE), note, { flag: 'wx', mode: 0o600 });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const owner = await currentOwner(directory);
      if (owner) throw new DataDirectoryInUse(directory, owner);
      await rm(join(directory, NOTE), { force: true });
    }
  }
  claims.set(directory, instance);
  return {
    release: async () => {
      claims.delete(directory);
      await rm(join(directory, NOTE), { force: true });
    },
  };
}

/** Adds to the note where this process, which has the directory, can be reached. */
export async function announceServer(directory: string, url: string, token: string): Promise<void> {
  const instance = claims.get(directory);
  if (!instance) throw new Error(`${directory} is not ours`);
  await writeNote(directory, { pid: process.pid, instance, url, token });
}

/** The living process that has the directory; null when nobody has. */
export async function currentOwner(directory: string): Promise<Owner | null> {
  let owner: Owner;
  try {
    owner = JSON.parse(await readFile(join(directory, NOTE), 'utf8')) as Owner;
  } catch {
    return null;
  }
  // After a crash in a container the next process often gets the same pid: our own pid is never another owner's.
  const isOurs = owner.pid === process.pid && claims.get(directory) === owner.instance;
  if (isOurs) return owner;
  if (owner.pid === process.pid || !isAlive(owner.pid)) return null;
  if (owner.url !== undefined && !(await answersAs(owner))) return null;
  return owner;
}

async function writeNote(directory: string, owner: Owner): Promise<void> {
  const path = join(directory, NOTE);
  const temporary = `${path}.${process.pid}`;
  await writeFile(temporary, JSON.stringify(owner), { mode: 0o600 });
  await rename(temporary, path);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The pid may have gone to another program since: a server is only there if it answers. */
async function answersAs(owner: Owner): Promise<boolean> {
  try {
    const answer = await fetch(new URL('/healthz', owner.url), { signal: AbortSignal.timeout(3_000) });
    return answer.ok;
  } catch (error) {
    // A busy server is slow, not gone.
    return (error as Error).name === 'TimeoutError';
  }
}
