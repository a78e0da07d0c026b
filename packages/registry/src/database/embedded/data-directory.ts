import { randomBytes } from 'node:crypto';
import { acquireClaim, type Claim, removeLowerClaims } from './claim.js';
import { claimFiles, rewriteClaim } from './claim-files.js';
import { openGuard, PipeInUse } from './guard-socket.js';
import { removeOwnerFile, writeOwnerFile } from './legacy-owner-file.js';

// One process owns the embedded database. A server publishes its URL in its claim, so that commands such as
// `fixture-registry token create` work while `serve` runs.

/** The process that owns a data directory. Only a server has a URL and a token that it accepts. */
export interface Owner {
  pid: number;
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

/** A data directory that this process owns. */
export interface DataDirectory {
  /** Publishes this server's URL and an admin token to other commands. */
  announce(url: string, token: string): Promise<void>;
  release(): Promise<void>;
}

/**
 * Acquires a data directory for this process.
 * @throws DataDirectoryInUse when another process owns it
 * @throws DirectoryNotGuarded when no socket can be created in it
 */
export async function claimDataDirectory(directory: string): Promise<DataDirectory> {
  const guard = await openGuard(directory).catch(async (error: unknown) => {
    throw error instanceof PipeInUse ? new DataDirectoryInUse(directory, await lastOwner(directory)) : error;
  });
  const instance = randomBytes(12).toString('hex');
  const claim: Claim = { instance, pid: process.pid, socket: guard.name };
  try {
    const folder = claimFiles(directory, guard.name);
    const result = await acquireClaim(folder, claim);
    if ('owner' in result) throw new DataDirectoryInUse(directory, result.owner);
    const { number } = result;
    const released = await writeOwnerFile(directory, number, claim);
    if (released) throw new DataDirectoryInUse(directory, released);
    await removeLowerClaims(folder, number);
    return {
      announce: async (url, token) => {
        const announced = { ...claim, url, token };
        await rewriteClaim(directory, number, announced);
        await writeOwnerFile(directory, number, announced);
      },
      release: async () => {
        await removeOwnerFile(directory);
        await guard.close();
      },
    };
  } catch (error) {
    await guard.close();
    throw error;
  }
}

/** The process of the highest claim, for the error message; pid 0 when there is none. */
async function lastOwner(directory: string): Promise<Owner> {
  const folder = claimFiles(directory, '');
  return (await folder.read(Math.max(0, ...(await folder.numbers())))) ?? { pid: 0 };
}
