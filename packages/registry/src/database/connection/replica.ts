import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { type Database, rows } from '../statements/database.js';

/**
 * The state that a read must include: `latest` for everything the primary has written, a log position that
 * `position` returned, or null for no requirement.
 */
export type Freshness = 'latest' | string | null;

/** Milliseconds that a read waits for the replica to catch up before it falls back to the primary. */
const CATCH_UP_TIMEOUT = 200;
const POLL_INTERVAL = 10;

/** Milliseconds between two checks of the replica's lag. */
const CHECK_INTERVAL = 3_000;

/** Chooses between the primary and its read replica. */
export interface Reads {
  /**
   * Returns the database to read from. Without a required freshness that is the replica, which may lag some
   * seconds. It is the primary when the replica is not reachable, lags by more than two checks, or does not
   * catch up in time.
   */
  databaseFor(freshness: Freshness): Promise<Database>;
  /**
   * The primary's current log position: a read at this position sees every earlier write. Null without a
   * replica.
   */
  position(): Promise<string | null>;
  close(): void;
}

/** Reads everything from the primary, for a registry without a replica. */
export function primaryReads(primary: Database): Reads {
  return { databaseFor: async () => primary, position: async () => null, close: () => {} };
}

/** Reads from the replica where it is fresh enough. Each process checks the replica on its own. */
export function replicaReads(primary: Database, replica: Database, log: (line: string) => void): Reads {
  // The applied position only grows, so an old value is a safe lower bound.
  let applied = 0n;
  let usable = false;
  /** The position that the replica must have applied by the next check. */
  let expected = 0n;

  let lastLogged = '';
  const logChange = (line: string) => {
    if (line !== lastLogged) log(line);
    lastLogged = line;
  };
  const stopUsing = (error: unknown) => {
    usable = false;
    const cause = (error as Error).cause ?? error;
    logChange(`the replica is not reachable, so reads use the primary: ${(cause as Error).message}`);
  };
  const check = async () => {
    try {
      applied = await appliedPosition(replica);
      usable = applied >= expected;
      logChange(
        usable ? 'the replica is in use' : 'the replica lags too far behind, so reads use the primary',
      );
    } catch (error) {
      stopUsing(error);
    }
    expected = await writtenPosition(primary).catch(() => expected);
  };
  const timer = setInterval(() => void check(), CHECK_INTERVAL);
  timer.unref();
  const firstCheck = check();

  const catchesUp = async (position: bigint): Promise<boolean> => {
    for (const until = performance.now() + CATCH_UP_TIMEOUT; applied < position; ) {
      applied = await appliedPosition(replica);
      if (applied >= position || performance.now() > until) break;
      await sleep(POLL_INTERVAL);
    }
    return applied >= position;
  };

  return {
    databaseFor: async (freshness) => {
      await firstCheck;
      if (!usable) return primary;
      if (freshness === null) return replica;
      try {
        const required = freshness === 'latest' ? await writtenPosition(primary) : parsePosition(freshness);
        return required === null || (await catchesUp(required)) ? replica : primary;
      } catch (error) {
        stopUsing(error);
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

/**
 * Parses a log position (LSN) as Postgres prints it, such as `16/B374D848`; null when the text is not one.
 */
export function parsePosition(text: string): bigint | null {
  const match = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i.exec(text);
  return match ? (BigInt(`0x${match[1]}`) << 32n) + BigInt(`0x${match[2]}`) : null;
}

const writtenPosition = (primary: Database) => readPosition(primary, sql`pg_current_wal_lsn()`);

/** After a failover the server is no longer a replica: then the position it has written counts. */
const appliedPosition = (replica: Database) =>
  readPosition(
    replica,
    sql`case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end`,
  );

async function readPosition(db: Database, expression: ReturnType<typeof sql>): Promise<bigint> {
  const [row] = await rows<{ lsn: string | null }>(db, sql`select (${expression})::text as lsn`);
  return parsePosition(row?.lsn ?? '') ?? 0n;
}
