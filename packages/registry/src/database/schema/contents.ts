import { sql } from 'drizzle-orm';
import {
  boolean,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  uuid,
} from 'drizzle-orm/pg-core';
import type { Outcome } from '../../vocabulary/recording.js';
import type { SecretFinding } from '../../vocabulary/secret-finding.js';
import { bytea, moment, ordered, repositoryId } from './columns.js';
import { repositories } from './trust.js';

/**
 * Contents packed together. A block is immutable: moving a content creates a new block. The id is chosen
 * before the row is written and never reused, so that it can also name the bytes in an object store.
 */
export const blocks = pgTable(
  'blocks',
  {
    repositoryId: repositoryId(),
    id: uuid('id').notNull(),
    /** The compression; see `CODEC_NUMBERS`. */
    codec: smallint('codec').notNull(),
    /** Size in bytes, unpacked. */
    rawSize: integer('raw_size').notNull(),
    /** Size in bytes, as stored. */
    packedSize: integer('packed_size').notNull(),
    /** The object store with the bytes, as in `FIXTURE_REGISTRY_CONTENT`; null: `block_chunks`. */
    location: text('location'),
    createdAt: moment('created_at').notNull().defaultNow(),
    /** Bytes of removed contents in the block, unpacked. Such a block is repacked. */
    removedSize: integer('removed_size').notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.repositoryId, t.id] }),
    index('blocks_removed').on(t.repositoryId, t.removedSize).where(sql`${t.removedSize} > 0`),
    foreignKey({ columns: [t.repositoryId], foreignColumns: [repositories.id] }).onDelete('cascade'),
  ],
);

/** The bytes of blocks, in chunks that keep rows small. */
export const blockChunks = pgTable(
  'block_chunks',
  {
    repositoryId: repositoryId(),
    blockId: uuid('block_id').notNull(),
    position: integer('position').notNull(),
    bytes: bytea('bytes').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.repositoryId, t.blockId, t.position] }),
    foreignKey({
      columns: [t.repositoryId, t.blockId],
      foreignColumns: [blocks.repositoryId, blocks.id],
    }).onDelete('cascade'),
  ],
);

/** A content, and the position of its bytes in a block. */
export const contents = pgTable(
  'contents',
  {
    repositoryId: repositoryId(),
    digest: bytea('digest').notNull(),
    size: integer('size').notNull(),
    /** Null only for a purged content, which has no bytes. */
    blockId: uuid('block_id'),
    /** The offset of the content in the unpacked block. */
    start: integer('start').notNull().default(0),
    /** Set when an admin purged the content; the row remains as a tombstone. */
    purgedAt: moment('purged_at'),
    purgedBy: text('purged_by'),
    purgeReason: text('purge_reason'),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.repositoryId, t.digest] }),
    index('contents_block').on(t.repositoryId, t.blockId),
    foreignKey({ columns: [t.repositoryId], foreignColumns: [repositories.id] }).onDelete('cascade'),
    foreignKey({ columns: [t.repositoryId, t.blockId], foreignColumns: [blocks.repositoryId, blocks.id] }),
  ],
);

/** The parsed metadata of a content; see `Reading`. */
export const readings = pgTable(
  'readings',
  {
    repositoryId: repositoryId(),
    digest: bytea('digest').notNull(),
    format: text('format').notNull(),
    testId: ordered('test_id'),
    model: ordered('model'),
    endpoint: ordered('endpoint'),
    isStreaming: boolean('is_streaming'),
    outcome: text('outcome').$type<Outcome>(),
    responseText: text('response_text'),
    /** Concatenated hashes of 32 bytes each. */
    requestHashes: bytea('request_hashes').notNull(),
    /**
     * For each of the request hashes, one byte: the recorder versions that compute it, version 1 in the lowest
     * bit. Null in rows of earlier releases until the content is read again.
     */
    hashVersions: bytea('hash_versions'),
    /** The version of the reader that wrote the row; see `READER_VERSION`. */
    reader: smallint('reader').notNull().default(0),
    problem: text('problem'),
    /** Allowed secret findings, masked; null when there are none. */
    findings: jsonb('findings').$type<SecretFinding[]>(),
  },
  (t) => [
    primaryKey({ columns: [t.repositoryId, t.digest] }),
    foreignKey({
      columns: [t.repositoryId, t.digest],
      foreignColumns: [contents.repositoryId, contents.digest],
    }).onDelete('cascade'),
  ],
);

/** The calls of cassettes; see `Reading.exchanges`. A file of a format with one call has no rows here. */
export const exchanges = pgTable(
  'exchanges',
  {
    repositoryId: repositoryId(),
    digest: bytea('digest').notNull(),
    /** The position of the call in the file, from 0. */
    position: integer('position').notNull(),
    /** The sha256 of method and normalised URL; see `exchangeKey`. */
    key: bytea('key').notNull(),
    /** Counts the calls with the same key in the file, from 0. */
    occurrence: integer('occurrence').notNull(),
    method: text('method').notNull(),
    /** As recorded; without its query once the content is purged. */
    url: text('url').notNull(),
    model: ordered('model'),
    endpoint: ordered('endpoint'),
    isStreaming: boolean('is_streaming'),
    status: integer('status'),
    outcome: text('outcome').$type<Outcome>().notNull(),
    responseText: text('response_text'),
  },
  (t) => [
    primaryKey({ columns: [t.repositoryId, t.digest, t.position] }),
    index('exchanges_model').on(t.repositoryId, t.model, t.digest).where(sql`${t.model} is not null`),
    foreignKey({
      columns: [t.repositoryId, t.digest],
      foreignColumns: [contents.repositoryId, contents.digest],
    }).onDelete('cascade'),
  ],
);
