import { filesIn, requireSame } from '../corpus/corpus.js';
import { discard } from '../discard.js';
import type { Case } from '../measure.js';
import type { BenchRegistry, World } from '../world.js';
import { CHANGING, type ChangingRepository, emptyPlace, oneTest, STEADY } from './registry-contents.js';

/** One pull into a folder, by whichever program. */
export interface Pull {
  one: BenchRegistry;
  /** The registry's address as the program is to see it. */
  url: string;
  repository: string;
  directory: string;
  /** Only the recordings of this test, and those of none. */
  testId?: string;
}

/**
 * What a program of ours does, at each distance and on each database: a first pull, one that finds nothing to
 * do, one of what changed, and one of a single test's recordings.
 */
export async function pullingCases(
  world: World,
  changing: Map<BenchRegistry, ChangingRepository>,
  contestant: string,
  pull: (what: Pull) => Promise<void>,
): Promise<Case[]> {
  const { testId, files } = await oneTest(world);
  const cases: Case[] = [];
  for (const one of world.registries) {
    for (const delay of world.delays) {
      const { url } = one.registry;
      const about = { contestant, database: one.database, delay };
      const from = async (repository: string, directory: string) => {
        return { one, url: await world.far(url, delay), repository, directory };
      };
      cases.push(
        intoEmpty(
          world,
          { ...about, scenario: 'cold pull' },
          {
            run: async (directory) => pull(await from(STEADY, directory)),
            verify: (directory) => requireSame(contestant, directory, world.corpus.files),
          },
        ),
        intoEmpty(
          world,
          { ...about, scenario: 'one test' },
          {
            run: async (directory) => pull({ ...(await from(STEADY, directory)), testId }),
            verify: (directory) => requireSame(contestant, directory, files),
          },
        ),
      );
      const upToDate = await emptyPlace(world, 'up-to-date');
      await pull({ one, url, repository: STEADY, directory: upToDate });
      cases.push({
        ...about,
        scenario: 'nothing to do',
        run: async () => pull(await from(STEADY, upToDate)),
        verify: () => requireSame(contestant, upToDate, world.corpus.files),
      });
      const repository = changing.get(one);
      if (!repository) continue;
      const behind = await emptyPlace(world, 'behind');
      await pull({ one, url, repository: CHANGING, directory: behind });
      cases.push({
        ...about,
        scenario: '20 changed',
        before: () => repository.change(),
        run: async () => pull(await from(CHANGING, behind)),
        verify: async () => requireSame(contestant, behind, await filesIn(repository.folder)),
      });
    }
  }
  return cases;
}

/** A case that fills a new folder each time. */
export function intoEmpty(
  world: World,
  about: Pick<Case, 'scenario' | 'contestant' | 'database' | 'delay'>,
  what: { run: (directory: string) => Promise<void>; verify: (directory: string) => Promise<void> },
): Case {
  let directory = '';
  return {
    ...about,
    before: async () => {
      directory = await emptyPlace(world, 'filled');
    },
    run: () => what.run(directory),
    verify: () => what.verify(directory),
    after: () => discard(world, directory),
  };
}
