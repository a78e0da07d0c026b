import { downloadContents } from '../support/block-archives.js';
import { planOf } from '../support/push-files.js';
import { type Acknowledged, type Reality, same } from './reality.js';

/** The number of snapshots that are planned concurrently. */
const AT_ONCE = 4;

/**
 * Checks that each snapshot is unchanged since the registry acknowledged it: its paths, the bytes
 * of every content that was not purged, and the list of those that were.
 */
export async function checkSnapshots(reality: Reality, snapshots: Acknowledged[]): Promise<void> {
  const { registry, repository, truth, contents } = reality;
  const wanted = new Set<string>();
  const left = [...snapshots];
  const check = async () => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      const { id, files } = next;
      const plan = await planOf(registry, repository, { at: { snapshot: id } });
      const { held, purged } = truth.withoutPurged(files);
      const planned = new Map(plan.files?.map(({ path, digest }) => [path, digest]));
      same(`the plan of ${id} (${plan.__typename} ${plan.message ?? ''})`, planned, held);
      same(`what of ${id} is told as purged`, plan.purged.map(({ path }) => path).sort(), purged);
      same(`the id of ${id}`, plan.snapshot.id, id);
      for (const digest of held.values()) wanted.add(digest);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, check));
  const digests = [...wanted];
  const found = await downloadContents(registry, repository, { digests, blocks: true });
  for (const digest of digests) {
    same(`the bytes of ${digest}`, found.contents.get(digest)?.toString(), contents.text(digest));
  }
}
