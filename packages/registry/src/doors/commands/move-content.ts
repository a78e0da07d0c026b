import { causesOf } from '../../database/statements/describe-causes.js';
import { type Moved, moveBlocks } from '../../store/blocks/move-blocks.js';
import { type PlaceUse, placesInUse } from '../../store/blocks/move-blocks-store.js';
import type { StoringConnection } from '../../store/blocks/open-block-store.js';
import { count } from '../../vocabulary/words.js';

/** Milliseconds between two lines that say how far it is. */
const TELL_EVERY = 1_000;

/** Lost blocks that are told one by one. */
const TOLD = 20;

/**
 * Moves the bytes of all contents to where the configuration keeps new ones, and prints how far it is.
 * @returns whether all of them stand there now, or, with `dryRun`, could be moved there
 */
export async function moveContent(
  connection: StoringConnection,
  options: { dryRun: boolean },
): Promise<boolean> {
  const { db, blocks } = connection;
  const here = nameOf(blocks.location);
  const uses = await placesInUse(db);
  const known = uses.filter(
    ({ location }) =>
      location !== blocks.location && (location === null || blocks.outside.includes(location)),
  );
  const unknown = uses.filter(({ location }) => location !== null && !blocks.outside.includes(location));
  for (const use of known) {
    console.log(
      `${options.dryRun ? 'would move' : 'moving'} ${told(use)} from ${nameOf(use.location)} to ${here}`,
    );
  }
  if (known.length === 0) console.log(`nothing to move to ${here}`);
  else if (!options.dryRun) {
    const all = { count: sum(known, 'count'), bytes: sum(known, 'bytes') };
    const moved = await moveBlocks(connection, saying(all));
    tellMoved(moved, here);
    if (moved.stuck.length > 0) return false;
  }
  for (const use of unknown) {
    console.log(
      `${told(use)} stay in ${use.location}, which this registry is not configured for: name it in FIXTURE_REGISTRY_CONTENT_BEFORE`,
    );
  }
  return unknown.length === 0;
}

/** Says now and then how far it is. */
function saying(all: { count: number; bytes: number }): (moved: Moved) => void {
  let last = performance.now();
  return ({ count: done, bytes }) => {
    if (performance.now() - last < TELL_EVERY) return;
    last = performance.now();
    console.log(`moved ${done.toLocaleString('en-GB')} of ${told(all)}, ${size(bytes)} so far`);
  };
}

function tellMoved(moved: Moved, here: string): void {
  console.log(`moved ${told(moved)} to ${here}`);
  if (moved.left > 0) {
    console.log(
      `${count(moved.left, 'object')} could not be removed from where they were; gc removes them from tomorrow on`,
    );
  }
  if (moved.keepsVersions) {
    console.log(
      'the bucket that they left keeps earlier versions of objects: delete them, or let a lifecycle rule do it',
    );
  }
  if (moved.stuck.length === 0) return;
  console.log(`${count(moved.stuck.length, 'block')} could not be moved and stay as they are:`);
  for (const error of moved.stuck.slice(0, TOLD)) console.log(`  ${causesOf(error)}`);
  if (moved.stuck.length > TOLD) console.log(`  and ${moved.stuck.length - TOLD} more`);
}

const nameOf = (location: string | null) => location ?? 'the database';

const told = ({ count: blocks, bytes }: Pick<PlaceUse, 'count' | 'bytes'>) =>
  `${count(blocks, 'block')} (${size(bytes)})`;

function size(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.ceil(bytes / 1_000).toLocaleString('en-GB')} kB`;
  return `${(bytes / 1_000_000).toLocaleString('en-GB', { maximumFractionDigits: 1 })} MB`;
}

const sum = (uses: PlaceUse[], what: 'count' | 'bytes') => uses.reduce((total, use) => total + use[what], 0);
