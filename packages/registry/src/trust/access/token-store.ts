import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import { repositories, tokens } from '../../database/schema/schema.js';
import type { Database } from '../../database/statements/database.js';
import { databaseFailureOf } from '../../database/statements/database-failure.js';
import { statement } from '../../database/statements/statement.js';
import { ALL_REPOSITORIES, hashToken, makeToken, repositoryOfToken } from '../../vocabulary/token.js';
import type { Identity, Scope } from '../identity/identity.js';

export interface NewToken {
  repositoryId: number;
  scope: Scope;
  name: string | null;
  expiresAt: Date | null;
  /** For the scope write: the refs that it may write; null: all. */
  refPattern: string | null;
  /** The creator, as `Identity.who`. */
  createdBy: string;
}

export interface TokenSummary {
  id: number;
  repositoryId: number;
  repository: string | null;
  scope: Scope;
  name: string | null;
  refPattern: string | null;
  createdBy: string | null;
  createdAt: Date;
  /** To the minute; null: never. */
  lastUsedAt: Date | null;
  expiresAt: Date | null;
  revokedAt: Date | null;
}

/** Creates a token and returns its secret, which cannot be read again: only its hash is stored. */
export async function createToken(db: Database, values: NewToken): Promise<{ id: number; token: string }> {
  const token = makeToken(values.repositoryId);
  const [created] = await db
    .insert(tokens)
    .values({ ...values, secretHash: hashToken(token) })
    .returning({ id: tokens.id });
  if (!created) throw new Error('the token was not stored');
  return { id: created.id, token };
}

interface UsableToken {
  id: number;
  scope: Scope;
  name: string | null;
  refPattern: string | null;
  /** Whether `last_used_at` is older than a minute. */
  isUseDue: boolean;
}

const usableToken = statement<{ repositoryId: number; secretHash: Buffer; now: string }, UsableToken>(sql`
  select id, scope, name, ref_pattern as "refPattern",
    (last_used_at is null or last_used_at < ${sql.placeholder('now')}::timestamptz - interval '1 minute') as "isUseDue"
  from tokens
  where repository_id = ${sql.placeholder('repositoryId')} and secret_hash = ${sql.placeholder('secretHash')}
    and revoked_at is null and (expires_at is null or expires_at > ${sql.placeholder('now')}::timestamptz)`);

/**
 * The identity of a token; null when it is unknown, expired or revoked. There is no cache, so a revocation
 * takes effect at once on every process. The database compares sha256 hashes, so its timing reveals nothing
 * about the token.
 */
export async function identifyToken(db: Database, token: string, now: Date): Promise<Identity | null> {
  const repositoryId = repositoryOfToken(token);
  if (repositoryId === null) return null;
  const secretHash = hashToken(token);
  const [found] = await usableToken(db, { repositoryId, secretHash, now: now.toISOString() });
  if (!found) return null;
  if (found.isUseDue) {
    await db
      .update(tokens)
      .set({ lastUsedAt: now })
      .where(and(eq(tokens.repositoryId, repositoryId), eq(tokens.secretHash, secretHash)))
      .catch(unlessUnavailable);
  }
  const { refPattern } = found;
  return {
    who: found.name === null ? `token ${found.id}` : `token ${found.id} (${found.name})`,
    actor: null,
    run: null,
    grants: [
      {
        repositoryId: repositoryId === ALL_REPOSITORIES ? 'all' : repositoryId,
        scope: found.scope,
        ...(refPattern !== null && { writes: { kind: 'refs', pattern: refPattern } as const }),
      },
    ],
  };
}

/** A read-only database must still authenticate tokens. */
function unlessUnavailable(error: unknown): void {
  if (!databaseFailureOf(error)) throw error;
}

/** All tokens, also expired and revoked ones, oldest first. */
export async function listTokens(db: Database): Promise<TokenSummary[]> {
  return await db
    .select({
      id: tokens.id,
      repositoryId: tokens.repositoryId,
      repository: sql<string | null>`${repositories.owner} || '/' || ${repositories.name}`,
      scope: tokens.scope,
      name: tokens.name,
      refPattern: tokens.refPattern,
      createdBy: tokens.createdBy,
      createdAt: tokens.createdAt,
      lastUsedAt: tokens.lastUsedAt,
      expiresAt: tokens.expiresAt,
      revokedAt: tokens.revokedAt,
    })
    .from(tokens)
    .leftJoin(repositories, eq(repositories.id, tokens.repositoryId))
    .orderBy(asc(tokens.id));
}

/** Revokes a token and returns it; null when it does not exist or was revoked before. */
export async function revokeToken(db: Database, id: number, now: Date): Promise<TokenSummary | null> {
  const revoked = await db
    .update(tokens)
    .set({ revokedAt: now })
    .where(and(eq(tokens.id, id), isNull(tokens.revokedAt)))
    .returning({ id: tokens.id });
  if (revoked.length === 0) return null;
  return (await listTokens(db)).find((token) => token.id === id) ?? null;
}

/** Whether a usable admin token for all repositories exists. */
export async function hasRegistryAdmin(db: Database): Promise<boolean> {
  const [found] = await db
    .select({ id: tokens.id })
    .from(tokens)
    .where(and(eq(tokens.repositoryId, ALL_REPOSITORIES), isNull(tokens.revokedAt)))
    .limit(1);
  return found !== undefined;
}
