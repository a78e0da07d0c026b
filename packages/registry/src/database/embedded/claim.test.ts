import fc from 'fast-check';
import { expect, test } from 'vitest';
import { acquireClaim, type Claim, type ClaimFolder, removeLowerClaims } from './claim.js';

class Killed extends Error {}

/** A directory in memory. Before each step, `turn` lets other processes run. */
class Memory {
  readonly claims = new Map<number, Claim>();
  readonly alive = new Set<string>();
  removed = false;

  folderOf(instance: string, turn: () => Promise<void>, chance: () => boolean): ClaimFolder {
    const step = async <Result>(work: () => Result): Promise<Result> => {
      await turn();
      if (!this.alive.has(instance)) throw new Killed();
      return work();
    };
    return {
      numbers: async () => {
        // A claim that is created or removed during a listing may be in it or not.
        const before = await step(() => [...this.claims.keys()]);
        const after = await step(() => [...this.claims.keys()]);
        const isSure = (number: number) => before.includes(number) && after.includes(number);
        return [...new Set([...before, ...after])].filter((number) => isSure(number) || chance());
      },
      read: (number) => step(() => this.claims.get(number) ?? null),
      create: (number, claim) =>
        step(() => {
          if (this.claims.has(number)) return false;
          this.claims.set(number, claim);
          return true;
        }),
      remove: (number) => step(() => void this.claims.delete(number)),
      noteRemovals: () =>
        step(() => {
          this.removed = true;
        }),
      hadRemovals: () => step(() => this.removed),
      isAlive: (claim) => step(() => this.alive.has(claim.instance)),
    };
  }
}

/** The generated numbers choose which waiting process runs next, and which one dies. */
async function run(choices: number[], processes: number): Promise<{ owners: number; most: number }> {
  const memory = new Memory();
  const waiting: { instance: string; go: () => void }[] = [];
  const owners = new Set<string>();
  let started = 0;
  let most = 0;
  let at = 0;
  const choose = (bound: number) => (choices[at++ % choices.length] ?? 0) % bound;
  const start = () => {
    const instance = `p${started++}`;
    memory.alive.add(instance);
    const turn = () => new Promise<void>((go) => waiting.push({ instance, go }));
    const folder = memory.folderOf(instance, turn, () => choose(2) === 0);
    const claiming = async () => {
      const result = await acquireClaim(folder, { instance, pid: 1, socket: instance });
      if ('owner' in result) {
        memory.alive.delete(instance);
        return;
      }
      if (!memory.alive.has(instance)) return;
      owners.add(instance);
      most = Math.max(most, owners.size);
      await removeLowerClaims(folder, result.number);
    };
    claiming().catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
    });
  };
  const kill = (instance: string | undefined) => {
    if (instance === undefined) return;
    memory.alive.delete(instance);
    owners.delete(instance);
  };
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  for (let round = 0; round < choices.length && started < processes; round++) {
    const what = choose(8);
    if (what === 0) start();
    // A dead owner makes room for the next one; a dead contender leaves its unfinished work behind.
    else if (what === 1) kill([...owners][0]);
    else if (what === 2) kill([...memory.alive][choose(memory.alive.size || 1)]);
    else waiting.splice(choose(waiting.length || 1), 1)[0]?.go();
    await settle();
  }
  // Let all waiting processes finish, and start one more to find out whether the directory has an owner.
  start();
  for (let turns = 0; turns < 5_000; turns++) {
    await settle();
    if (waiting.length === 0) break;
    waiting.splice(choose(waiting.length), 1)[0]?.go();
  }
  expect(waiting).toEqual([]);
  return { owners: owners.size, most };
}

test('however processes interleave and die, a directory has one owner', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(63), { minLength: 50, maxLength: 600 }), async (choices) => {
      expect(await run(choices, 40)).toEqual({ owners: 1, most: 1 });
    }),
    { numRuns: 150 },
  );
});
