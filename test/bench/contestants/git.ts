import { recordAnew, spread } from '../corpus/change.js';
import { filesIn, requireSame } from '../corpus/corpus.js';
import type { Case } from '../measure.js';
import type { World } from '../world.js';
import { execute } from './commands.js';
import { commitPush, type GitServer, git, pushCorpus } from './git-server.js';
import { intoEmpty } from './pulling.js';

export const CLONE = '`git clone --depth 1`';
export const FETCH = '`git fetch --depth 1`, `git checkout`';

/** What users have today: the recordings in git. */
export async function gitPeers(world: World, server: GitServer): Promise<Case[]> {
  await pushCorpus(world, server, 'steady.git');
  const source = await pushCorpus(world, server, 'changing.git');
  let changes = 0;
  const cases: Case[] = [];
  for (const delay of world.delays) {
    const steady = await world.far(server.url('steady.git'), delay);
    const changing = await world.far(server.url('changing.git'), delay);
    const about = { database: null, delay };
    cases.push(
      intoEmpty(
        world,
        { ...about, scenario: 'cold pull', contestant: CLONE },
        {
          run: (directory) => clone(steady, directory),
          verify: (directory) => requireSame('git clone', directory, world.corpus.files),
        },
      ),
    );
    const upToDate = world.place('git-up-to-date');
    await clone(steady, upToDate);
    cases.push({ ...about, scenario: 'nothing to do', contestant: FETCH, run: () => fetchMain(upToDate) });
    const behind = world.place('git-behind');
    await clone(changing, behind);
    cases.push({
      ...about,
      scenario: '20 changed',
      contestant: FETCH,
      before: async () => {
        await recordAnew(source, spread(world.corpus.files, 20), ++changes);
        await commitPush(source);
      },
      run: () => fetchMain(behind),
      verify: async () => requireSame('git fetch', behind, await filesIn(source)),
    });
  }
  return cases;
}

async function clone(url: string, directory: string): Promise<void> {
  await execute('git', ['clone', '-q', '--depth', '1', url, directory]);
}

async function fetchMain(directory: string): Promise<void> {
  await git(directory, 'fetch', '-q', '--depth', '1', 'origin', 'main');
  await git(directory, 'checkout', '-q', '--detach', 'FETCH_HEAD');
}
