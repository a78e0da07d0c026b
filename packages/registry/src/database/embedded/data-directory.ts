import { randomBytes } from 'node:crypto';
import { type Claim, removeLowerClaims, takeClaim } from './claim.js';
import { claimFiles, rewriteClaim } from './claim-files.js';
import { openGuard, PipeInUse } from './guard-socket.js';
import { noteOwner, removeOwnerNote } from './released-owner.js';

// The embedded database belongs to one process. It claims the directory, and a server adds how the command line can
// reach it, so that `fixture-registry token create` works while `serve` is running.

/** The process that has a data directory. Only a server has an address, with a token that it accepts. */
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

/** A data directory that belongs to this process. */
export interface DataDirectory {
  /** Tells other commands where this process answers, and with which token. */
  announce(url: string, token: string): Promise<void>;
  release(): Promise<void>;
}

/** Takes a data directory for this process. Throws `DataDirectoryInUse`, and `DirectoryNotGuarded`. */
export async function claimDataDirectory(directory: string): Promise<DataDirectory> {
  const guard = await openGuard(directory).catch(async (error: unknown) => {
    throw error instanceof PipeInUse ? new DataDirectoryInUse(directory, await lastOwner(directory)) : error;
  });
  const instance = randomBytes(12).toString('hex');
  const claim: Claim = { instance, pid: process.pid, socket: guard.name };
  try {
    const folder = claimFiles(directory, guard.name);
    const result = await takeClaim(folder, claim);
    if ('owner' in result) throw new DataDirectoryInUse(directory, result.owner);
    const { number } = result;
    const released = await noteOwner(directory, number, claim);
    if (released) throw new DataDirectoryInUse(directory, released);
    await removeLowerClaims(folder, number);
    return {
      announce: async (url, token) => {
        const announced = { ...claim, url, token };
        await rewriteClaim(directory, number, announced);
        await noteOwner(directory, number, announced);
      },
      release: async () => {
        await removeOwnerNote(directory);
        await guard.close();
      },
    };
  } catch (error) {
    await guard.close();
    throw error;
  }
}

/** Who made the highest claim, where something else already says that it lives. */
async function lastOwner(directory: string): Promise<Owner> {
  const folder = claimFiles(directory, '');
  return (await folder.read(Math.max(0, ...(await folder.numbers())))) ?? { pid: 0 };
}
