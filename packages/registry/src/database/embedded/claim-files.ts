import { link, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Claim, ClaimFolder } from './claim.js';
import { isGuarded } from './guard-socket.js';

/** Claims are the files `claim.1`, `claim.2` …; the file `claim.0` exists once any was removed. */
const PATTERN = /^claim\.([1-9]\d*)$/;
const REMOVALS = 'claim.0';

/** The claims of a data directory, as files. @param own the name of this process' guard socket */
export function claimFiles(directory: string, own: string): ClaimFolder {
  const pathOf = (number: number) => join(directory, `claim.${number}`);
  return {
    numbers: async () =>
      (await readdir(directory)).flatMap((name) => {
        const number = PATTERN.exec(name)?.[1];
        return number === undefined ? [] : [Number(number)];
      }),
    read: async (number) => {
      const text = await readFile(pathOf(number), 'utf8').catch(unlessMissing);
      return text === null ? null : parseClaim(text);
    },
    create: (number, claim) =>
      withTemporary(directory, claim, async (temporary) => {
        try {
          await link(temporary, pathOf(number));
          return true;
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
          throw error;
        }
      }),
    remove: (number) => removeClaim(directory, pathOf(number)),
    noteRemovals: () => writeFile(join(directory, REMOVALS), ''),
    hadRemovals: async () => (await readFile(join(directory, REMOVALS)).catch(unlessMissing)) !== null,
    // On Windows all processes use one pipe name, and this process holds it now.
    isAlive: async (claim) => claim.socket !== own && (await isGuarded(directory, claim.socket)),
  };
}

/** Replaces the content of the owner's claim. Only the owner may call it. */
export async function rewriteClaim(directory: string, number: number, claim: Claim): Promise<void> {
  await withTemporary(directory, claim, (temporary) => rename(temporary, join(directory, `claim.${number}`)));
}

async function withTemporary<Result>(
  directory: string,
  claim: Claim,
  use: (path: string) => Promise<Result>,
): Promise<Result> {
  const temporary = join(directory, `new-claim-${claim.instance}`);
  await writeFile(temporary, JSON.stringify(claim), { mode: 0o600 });
  try {
    return await use(temporary);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Removes a claim and the socket of its process, which remains after a `kill -9`. */
async function removeClaim(directory: string, path: string): Promise<void> {
  const text = await readFile(path, 'utf8').catch(unlessMissing);
  await rm(path, { force: true });
  const socket = text === null ? '' : parseClaim(text).socket;
  if (/^guard-[0-9a-f]+$/.test(socket)) await rm(join(directory, socket), { force: true });
}

/** A claim that a machine crash truncated counts as one of a dead process. */
function parseClaim(text: string): Claim {
  try {
    const claim = JSON.parse(text) as Claim;
    if (typeof claim.instance === 'string' && typeof claim.socket === 'string') return claim;
  } catch {}
  return { instance: text, pid: 0, socket: 'guard-0' };
}

function unlessMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
