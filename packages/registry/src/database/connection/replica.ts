import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { type Database, rows } from '../statements/database.js';

/** How far a read must be at least: `latest` is what the primary has now; else a place in its log, as `position` gave it. */
export type Freshness = 'latest' | string | null;

/** Milliseconds that a read waits for the replica to catch up before it goes to the primary. */
const PATIENCE = 200;
const PAUSE = 10;

/** Milliseconds between two looks at how far behind the replica is. */
const LOOK_EVERY = 3_000;

/** Chooses between the primary and a copy of it that streams behind. */
export interface Reads {
  /**
   * The database to read from. Without a wish it is the replica, which may be some seconds behind; it is the primary
   * where the replica cannot be reached, is further behind than two looks, or does not reach what is wished in time.
   */
  databaseFor(freshness: Freshness): Promise<Database>;
  /** Where the primary's log stands: whoever reads at least this far sees all that was written until now. */
  position(): Promise<string | null>;
  close(): void;
}

/** Reads without a replica. */
export function readsOf(primary: Database): Reads {
  return { databaseFor: async () => primary, position: async () => null, close: () => {} };
}

/** Reads with one. Nothing is kept that another process would have to know: each looks for itself. */
export function readsWithReplica(primary: Database, replica: Database, log: (line: string) => void): Reads {
  // What the replica has applied only grows, so an old look never promises too much.
  let reached = 0n;
  let usable = false;
  let expected = 0n;

  /** The last that was told of it, so that each change is told once. */
  let told = '';
  const tell = (line: string) => {
    if (line !== told) log(line);
    told = line;
  };
  const lose = (error: unknown) => {
    usable = false;
    const cause = (error as Error).cause ?? error;
    tell(`the replica does not answer, so the primary is read: ${(cause as Error).message}`);
  };
  const look = async () => {
    try {
      reached = await replayed(replica);
      usable = reached >= expected;
      tell(usable ? 'the replica is in use' : 'the replica is too far behind, so the primary is read');
    } catch (error) {
      lose(error);
    }
    // What it must have reached by the next look.
    expected = await written(primary).catch(() => expected);
  };
  const timer = setInterval(() => void look(), LOOK_EVERY);
  timer.unref();
  const first = look();

  const reaches = async (wanted: bigint): Promise<boolean> => {
    for (const until = performance.now() + PATIENCE; reached < wanted; ) {
      reached = await replayed(replica);
      if (reached >= wanted || performance.now() > until) break;
      await sleep(PAUSE);
    }
    return reached >= wanted;
  };

  return {
    databaseFor: async (freshness) => {
      await first;
      if (!usable) return primary;
      if (freshness === null) return replica;
      try {
        const wanted = freshness === 'latest' ? await written(primary) : parsePosition(freshness);
        return wanted === null || (await reaches(wanted)) ? replica : primary;
      } catch (error) {
        lose(error);
        return primary;
      }
    },
    position: async () => {
      const [row] = await rows<{ lsn: string }>(primary, sql`select pg_current_wal_lsn()::text as lsn`);
      return row?.lsn ?? null;
    },
    close: () => clearInterval(timer),
  };
}

/** Reads a place in the log as Postgres writes it (`16/B374D848`); null when it is something else. */
export function parsePosition(text: string): bigint | null {
  const match = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i.exec(text);
  return match ? (BigInt(`0x${match[1]}`) << 32n) + BigInt(`0x${match[2]}`) : null;
}

const written = (primary: Database) => positionFrom(primary, sql`pg_current_wal_lsn()`);

/** What a replica has applied; a server that is none (a test, a fail-over) has all that it wrote. */
const replayed = (replica: Database) =>
  positionFrom(
    replica,
    sql`case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end`,
  );

async function positionFrom(db: Database, place: ReturnType<typeof sql>): Promise<bigint> {
  const [row] = await rows<{ lsn: string | null }>(db, sql`select (${place})::text as lsn`);
  return parsePosition(row?.lsn ?? '') ?? 0n;
}
