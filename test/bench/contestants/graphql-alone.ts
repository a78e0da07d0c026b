import { requireSame } from '../corpus/corpus.js';
import type { Case } from '../measure.js';
import type { World } from '../world.js';
import { execute } from './commands.js';
import { compileClient } from './compile-client.js';
import { intoEmpty } from './pulling.js';
import { STEADY } from './registry-contents.js';

export const GRAPHQL = 'GraphQL alone';

/** The same registry without bulk content, to show why bytes travel beside GraphQL. */
export async function graphqlAlone(world: World): Promise<Case[]> {
  const program = await compileClient(world.place('graphql-alone'), 'graphql-alone');
  const [one] = world.registries;
  if (!one) return [];
  const { url, adminToken } = one.registry;
  const [owner = '', name = ''] = STEADY.split('/');
  return Promise.all(
    world.delays.map(async (delay) => {
      const far = await world.far(url, delay);
      const about = { scenario: 'cold pull', contestant: GRAPHQL, database: one.database, delay } as const;
      return intoEmpty(world, about, {
        run: async (directory) => {
          await execute(process.execPath, [program, far, adminToken, owner, name, directory]);
        },
        verify: (directory) => requireSame(GRAPHQL, directory, world.corpus.files),
      });
    }),
  );
}
