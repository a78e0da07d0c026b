import { sql } from 'drizzle-orm';
import { bigint, customType, timestamp } from 'drizzle-orm/pg-core';

// Column types that the tables share.

/** Raw bytes. Both drivers are configured to return a Buffer. */
export const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' });

/**
 * Text ordered by code point. Keyset cursors need the same order on every server, and only this collation
 * lets a prefix search use an ordinary index.
 */
export const ordered = customType<{ data: string }>({ dataType: () => 'text COLLATE "C"' });

export const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
export const repositoryId = () => bigint('repository_id', { mode: 'number' }).notNull();
export const refId = () => bigint('ref_id', { mode: 'number' }).notNull();

/**
 * 12 random hex digits (48 bits): two states with the same number have the same seal with a probability of
 * 2^-48. The database generates it, so that rows of earlier releases, which do not know the column, have one
 * too.
 */
export const randomSeal = sql`left(replace(gen_random_uuid()::text, '-', ''), 12)`;
