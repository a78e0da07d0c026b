import { causesOf } from '../../database/statements/describe-causes.js';
import { type Moved, moveBlocks } from '../../store/blocks/move-blocks.js';
import { type PlaceUse, placesInUse } from '../../store/blocks/move-blocks-store.js';
import type { StoringConnection } from '../../store/blocks/open-block-store.js';
import { count } from '../../vocabulary/words.js';

/** Milliseconds between two lines of progress. */
const PROGRESS_INTERVAL = 1_000;

/** Maximum number of failed blocks that are listed. */
const MAXIMUM_LISTED = 20;

/**
 * Moves all contents to the store that the configuration selects for new ones, and prints the progress.
 * @returns whether all contents are there now or, with `dryRun`, can be moved there
 */
export async function moveContent(
  connection: StoringConnection,
  options: { dryRun: boolean },
): Promise<boolean> {
  const { db, blocks } = connection;
  const target = nameOf(blocks.location);
  const uses = await placesInUse(db);
  const known = uses.filter(
    ({ location }) =>
      location !== blocks.location && (location === null || blocks.outside.includes(location)),
  );
  const unknown = uses.filter(({ location }) => location !== null && !blocks.outside.includes(location));
  const verb = options.dryRun ? 'would move' : 'moving';
  for (const use of known) {
    console.log(`${verb} ${describe(use)} from ${nameOf(use.location)} to ${target}`);
  }
  if (known.length === 0) console.log(`nothing to move to ${target}`);
  else if (!options.dryRun) {
    const all = { count: sum(known, 'count'), bytes: sum(known, 'bytes') };
    const moved = await moveBlocks(connection, printProgress(all));
    printMoved(moved, target);
    if (moved.stuck.length > 0) return false;
  }
  for (const use of unknown) {
    console.log(
      `${describe(use)} remain in ${use.location}, which is not configured: name it in ` +
        'FIXTURE_REGISTRY_CONTENT_BEFORE',
    );
  }
  return unknown.length === 0;
}

/** Prints the progress once in an interval. */
function printProgress(all: { count: number; bytes: number }): (moved: Moved) => void {
  let last = performance.now();
  return ({ count: done, bytes }) => {
    if (performance.now() - last < PROGRESS_INTERVAL) return;
    last = performance.now();
    console.log(`moved ${done.toLocaleString('en-GB')} of ${describe(all)}, ${size(bytes)} so far`);
  };
}

function printMoved(moved: Moved, target: string): void {
  console.log(`moved ${describe(moved)} to ${target}`);
  if (moved.left > 0) {
    console.log(
      `${count(moved.left, 'object')} could not be removed from the old store; gc can remove them after ` +
        'one day',
    );
  }
  if (moved.keepsVersions) {
    console.log('the old bucket keeps earlier versions of objects: delete them, or set a lifecycle rule');
  }
  if (moved.stuck.length === 0) return;
  console.log(`${count(moved.stuck.length, 'block')} could not be moved:`);
  for (const error of moved.stuck.slice(0, MAXIMUM_LISTED)) console.log(`  ${causesOf(error)}`);
  if (moved.stuck.length > MAXIMUM_LISTED) console.log(`  and ${moved.stuck.length - MAXIMUM_LISTED} more`);
}

const nameOf = (location: string | null) => location ?? 'the database';

const describe = ({ count: blocks, bytes }: Pick<PlaceUse, 'count' | 'bytes'>) =>
  `${count(blocks, 'block')} (${size(bytes)})`;

function size(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.ceil(bytes / 1_000).toLocaleString('en-GB')} kB`;
  return `${(bytes / 1_000_000).toLocaleString('en-GB', { maximumFractionDigits: 1 })} MB`;
}

const sum = (uses: PlaceUse[], what: 'count' | 'bytes') => uses.reduce((total, use) => total + use[what], 0);
