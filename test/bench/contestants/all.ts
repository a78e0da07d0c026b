import type { Corpus } from '../corpus/corpus.js';
import type { Case } from '../measure.js';
import type { World } from '../world.js';
import { action } from './action.js';
import { archives } from './archives.js';
import { pushingCassettes } from './cassettes.js';
import { fixturesCommand } from './fixtures-command.js';
import { gitPeers } from './git.js';
import { startGitServer } from './git-server.js';
import { graphqlAlone } from './graphql-alone.js';
import { pushing } from './pushing.js';
import { fillRegistries } from './registry-contents.js';
import { remoteCache } from './remote-cache.js';

/**
 * Sets everybody up, each with the same files, and gives what they are to do.
 * @param skip is told who does not take part, and why
 */
export async function allCases(
  world: World,
  cassettes: Corpus,
  log: (line: string) => void,
  skip: (line: string) => void,
): Promise<Case[]> {
  log('filling the registries');
  const changing = await fillRegistries(world);
  log('setting up the contestants');
  const server = await startGitServer(world);
  return [
    ...(await action(world, changing)),
    ...(await gitPeers(world, server)),
    ...(await fixturesCommand(world, changing)),
    ...(await archives(world)),
    ...(await remoteCache(world, skip)),
    ...(await graphqlAlone(world)),
    ...(await pushing(world, server)),
    ...(await pushingCassettes(world, cassettes)),
  ];
}
