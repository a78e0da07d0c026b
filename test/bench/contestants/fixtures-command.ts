import type { Case } from '../measure.js';
import type { BenchRegistry, World } from '../world.js';
import { fixtures, startFixtures } from './commands.js';
import { pullingCases } from './pulling.js';
import type { ChangingRepository } from './registry-contents.js';

export const FIXTURES_PULL = '`fixtures pull`';

/** The command line, as a developer runs it. */
export async function fixturesCommand(
  world: World,
  changing: Map<BenchRegistry, ChangingRepository>,
): Promise<Case[]> {
  const pulls = await pullingCases(world, changing, FIXTURES_PULL, (what) =>
    fixtures(
      'pull',
      { ...what, token: what.one.registry.adminToken },
      ...(what.testId === undefined ? [] : ['--tests', what.testId]),
    ),
  );
  const about = { scenario: 'process start', database: null, delay: 0 } as const;
  return [...pulls, { ...about, contestant: '`fixtures --version`', run: () => startFixtures() }];
}
