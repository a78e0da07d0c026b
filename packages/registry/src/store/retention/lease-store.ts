import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';

/** A lease for all repositories: one process does the work at a time. */
const EVERYWHERE = 0;

/** Seconds for which a lease lasts: longer than one step takes. */
const SECONDS = 120;

/** A lease that this process holds. */
export interface Lease<Progress> {
  /** Where the last round ended; null before the first. */
  progress: Progress | null;
  /** Extends the lease. False when another process has it now, so this one must stop. */
  renew(): Promise<boolean>;
  /** Ends the lease, and stores where the next round continues. */
  release(progress: Progress): Promise<void>;
}

/**
 * Acquires a lease, unless another process holds it. A row with a time is a lease without a session, so it works
 * behind a pooler, and ends when its process dies.
 * @param holder an id of this process, or of this piece of work
 */
export async function acquireLease<Progress extends object>(
  db: Database,
  name: string,
  holder: string,
): Promise<Lease<Progress> | null> {
  const until = sql`now() + make_interval(secs => ${SECONDS})`;
  const [acquired] = await rows<{ progress: Progress | null }>(
    db,
    sql`insert into leases as l (repository_id, name, holder, held_until)
        values (${EVERYWHERE}, ${name}, ${holder}::uuid, ${until})
        on conflict (repository_id, name) do update set holder = excluded.holder, held_until = excluded.held_until
        where l.held_until < now() or l.holder = excluded.holder returning l.progress`,
  );
  if (!acquired) return null;
  const isHeld = sql`repository_id = ${EVERYWHERE} and name = ${name} and holder = ${holder}::uuid`;
  return {
    progress: acquired.progress,
    renew: async () => {
      const renewed = await rows(
        db,
        sql`update leases set held_until = ${until} where ${isHeld} returning name`,
      );
      return renewed.length > 0;
    },
    release: async (progress) => {
      await db.execute(sql`update leases set held_until = now() - interval '1 second',
        progress = ${JSON.stringify(progress)}::text::jsonb where ${isHeld}`);
    },
  };
}
