import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { type Corpus, requireSame } from '../corpus/corpus.js';
import { discard } from '../discard.js';
import type { Case } from '../measure.js';
import type { World } from '../world.js';
import { fixtures } from './commands.js';
import { FIXTURES_PUSH } from './pushing.js';
import { emptyPlace } from './registry-contents.js';

/** A first push of cassettes, to each registry. Their paths are default ones. */
export async function pushingCassettes(world: World, cassettes: Corpus): Promise<Case[]> {
  const cases: Case[] = [];
  for (const { database, registry } of world.registries) {
    const directory = world.place('cassettes');
    await cp(cassettes.folder, directory, { recursive: true });
    const about = { url: registry.url, token: registry.adminToken };
    cases.push({
      scenario: 'push of cassettes',
      contestant: FIXTURES_PUSH,
      database,
      delay: 0,
      before: () => discard(world, join(directory, '.fixtures')),
      run: (round) => fixtures('push', { ...about, repository: `bench/cassettes-${round}`, directory }),
      verify: async (round) => {
        const pulled = await emptyPlace(world, 'cassettes-back');
        await fixtures('pull', { ...about, repository: `bench/cassettes-${round}`, directory: pulled });
        await requireSame('a push of cassettes', pulled, cassettes.files);
        await discard(world, pulled);
      },
    });
  }
  return cases;
}
