import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { recordAnew, spread } from '../corpus/change.js';
import { filesIn, requireSame } from '../corpus/corpus.js';
import { discard } from '../discard.js';
import type { Case } from '../measure.js';
import type { World } from '../world.js';
import { execute, fixtures } from './commands.js';
import { addCommitPush, commitPush, type GitServer, pushCorpus } from './git-server.js';
import { ALL, emptyPlace } from './registry-contents.js';

export const FIXTURES_PUSH = '`fixtures push`';
export const GIT_PUSH = '`git add`, `commit`, `push`';

/**
 * A first push of all and a push of ten recordings made anew, by `fixtures` and by git, on loopback and far
 * away.
 */
export async function pushing(world: World, server: GitServer): Promise<Case[]> {
  return [...(await byFixtures(world)), ...(await byGit(world, server))];
}

async function byFixtures(world: World): Promise<Case[]> {
  const cases: Case[] = [];
  for (const { database, registry } of world.registries) {
    const token = registry.adminToken;
    const folder = world.place('to-push');
    await cp(world.corpus.folder, folder, { recursive: true });
    const push = (repository: string, url: string) =>
      fixtures('push', { url, token, repository, directory: folder }, ...ALL);
    cases.push({
      scenario: 'first push',
      contestant: FIXTURES_PUSH,
      database,
      delay: 0,
      // What the client remembers of an earlier push would save it half of the work.
      before: () => discard(world, join(folder, '.fixtures')),
      run: (round) => push(`bench/first-${round}`, registry.url),
      verify: (round) => requireHeld(world, registry, `bench/first-${round}`, folder),
    });

    for (const delay of world.delays) {
      // Of its own: what the client remembers counts for one address of a registry.
      const some = world.place('to-push-some');
      await cp(world.corpus.folder, some, { recursive: true });
      const repository = `bench/some-${delay}`;
      const about = { token, repository, directory: some, url: await world.far(registry.url, delay) };
      await fixtures('push', about, ...ALL);
      cases.push({
        scenario: 'push of 10 changed',
        contestant: FIXTURES_PUSH,
        database,
        delay,
        before: changeTen(world, some),
        run: () => fixtures('push', about, ...ALL),
        verify: () => requireHeld(world, registry, repository, some),
      });
    }
  }
  return cases;
}

async function byGit(world: World, server: GitServer): Promise<Case[]> {
  const folder = world.place('git-to-push');
  await cp(world.corpus.folder, folder, { recursive: true });
  const first: Case = {
    scenario: 'first push',
    contestant: GIT_PUSH,
    database: null,
    delay: 0,
    before: async (round) => {
      await discard(world, join(folder, '.git'));
      await server.create(`first-${round}.git`);
    },
    run: (round) => addCommitPush(folder, server.url(`first-${round}.git`)),
  };
  const some = await pushCorpus(world, server, 'some.git');
  const changes = world.delays.map(async (delay): Promise<Case> => {
    const url = await world.far(server.url('some.git'), delay);
    const changeFiles = changeTen(world, some);
    return {
      scenario: 'push of 10 changed',
      contestant: GIT_PUSH,
      database: null,
      delay,
      before: async () => {
        await changeFiles();
        await execute('git', ['-C', some, 'remote', 'set-url', 'origin', url]);
      },
      run: () => commitPush(some),
    };
  });
  return [first, ...(await Promise.all(changes))];
}

let changes = 0;
const changeTen = (world: World, folder: string) => () =>
  recordAnew(folder, spread(world.corpus.files, 10), ++changes);

/** Pulls it back and compares. */
async function requireHeld(
  world: World,
  registry: { url: string; adminToken: string },
  repository: string,
  folder: string,
): Promise<void> {
  const directory = await emptyPlace(world, 'pulled-back');
  await fixtures('pull', { url: registry.url, token: registry.adminToken, repository, directory });
  await requireSame(`a push to ${repository}`, directory, await filesIn(folder));
  await discard(world, directory);
}
