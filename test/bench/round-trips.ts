import { fixtures } from './contestants/commands.js';
import { emptyPlace, STEADY } from './contestants/registry-contents.js';
import { startDelayingProxy } from './delaying-proxy.js';
import type { Case } from './measure.js';
import type { World } from './world.js';

/**
 * How often a pull waits for the registry before it can go on, the handshake of each connection not counted.
 */
export interface RoundTrips {
  what: Case['scenario'];
  roundTrips: number;
  connections: number;
}

/**
 * Counts at a proxy what cannot be seen in times: the questions of a first pull, and of one that finds
 * nothing to do.
 */
export async function countRoundTrips(world: World): Promise<RoundTrips[]> {
  const [one] = world.registries;
  if (!one) return [];
  const directory = await emptyPlace(world, 'counted');
  const { url, adminToken: token } = one.registry;
  const counts: RoundTrips[] = [];
  for (const what of ['cold pull', 'nothing to do'] as const) {
    await using proxy = await startDelayingProxy(Number(new URL(url).port), 0);
    const counted = `http://127.0.0.1:${proxy.port}`;
    // The client knows a registry by its address: the second pull is of the same one only under the same
    // address.
    if (what === 'nothing to do')
      await fixtures('pull', { url: counted, token, repository: STEADY, directory });
    const [roundTrips, connections] = [proxy.roundTrips, proxy.connections];
    await fixtures('pull', { url: counted, token, repository: STEADY, directory });
    counts.push({
      what,
      roundTrips: proxy.roundTrips - roundTrips,
      connections: proxy.connections - connections,
    });
  }
  return counts;
}
