import { and, eq, isNull, ne, or, sql } from 'drizzle-orm';
import { refs, repositories } from '../../database/schema/schema.js';
import type { Database } from '../../database/statements/database.js';
import { parseRepositoryName, type Repository } from '../../vocabulary/repository.js';
import { recordAudit } from '../audit/audit-store.js';
import type { Caller } from '../identity/caller.js';
import type { Identity } from '../identity/identity.js';
import { accountsNamed } from './repository-store.js';

/** A repository in GitHub's claims. */
export interface ClaimedRepository {
  /** Its current `owner/name`. */
  repository: string;
  /** GitHub's id of the repository. */
  repositoryId: number;
  /** GitHub's id of the owner. */
  ownerId: number;
}

export type Followed = Repository | { refused: string };

const columns = {
  id: repositories.id,
  owner: repositories.owner,
  name: repositories.name,
  visibility: repositories.visibility,
  defaultBranch: repositories.defaultBranch,
};

interface Known extends Repository {
  githubOwnerId: number | null;
}

/**
 * Finds the repository with GitHub's id, and updates it to its current name. A new repository is created. A
 * repository that an admin created by name alone is linked to the id at the first use. When GitHub gave a
 * name to another repository, the old one is renamed to make room. In the usual case nothing changed: one
 * query and no write.
 * @param claims.by the workflow with these claims, for the audit log
 * @param claims.isOwnerKnown whether the configuration contains the owner's id; else the first id seen is
 *   trusted
 * @returns the repository, or why the claims are refused
 */
export async function followRepository(
  db: Database,
  claimed: ClaimedRepository,
  { by, isOwnerKnown }: { by: Identity; isOwnerKnown: boolean },
): Promise<Followed> {
  const name = parseRepositoryName(claimed.repository);
  if (!name) return { refused: `"${claimed.repository.slice(0, 200)}" is not a repository name` };
  const known = await byGithubId(db, claimed.repositoryId);
  const { ownerId } = claimed;
  const isAsBefore = known?.owner === name.owner && known.name === name.name;
  if (isAsBefore && known.githubOwnerId === ownerId) return withoutOwnerId(known);
  return await db.transaction(async (tx) => {
    // Serialize: two runs of a new repository may arrive at once, and renames may swap names.
    await tx.execute(sql`lock table repositories in share row exclusive mode`);
    const previous = isOwnerKnown ? null : await previousAccount(tx, name.owner, ownerId);
    if (previous !== null) return { refused: describeChangedOwner(name.owner, ownerId, previous) };
    return follow(tx, { ...name, githubId: claimed.repositoryId, githubOwnerId: ownerId }, by);
  });
}

/** The repository's current name and ids. */
interface Current {
  owner: string;
  name: string;
  githubId: number;
  githubOwnerId: number;
}

/** The id of another account that had this owner name before; null when there is none. */
async function previousAccount(tx: Database, owner: string, ownerId: number): Promise<number | null> {
  const ids = await accountsNamed(tx, owner);
  return ids.includes(ownerId) ? null : (ids[0] ?? null);
}

function describeChangedOwner(owner: string, ownerId: number, previous: number): string {
  return (
    `${owner} is now account ${ownerId} on GitHub, but this registry knows it as account ${previous}: another ` +
    'account may have registered the name. If the new account is the right one, the operator of the registry adds ' +
    `${owner}#${ownerId} to FIXTURE_REGISTRY_OIDC_ALLOW`
  );
}

async function follow(tx: Database, current: Current, by: Identity): Promise<Followed> {
  const known = await byGithubId(tx, current.githubId);
  const { owner, name, githubId, githubOwnerId } = current;
  const audit = (repositoryId: number, detail: string) =>
    recordAudit(tx, {
      repositoryId,
      by: callerOf(by),
      action: 'repository.follow',
      target: `${owner}/${name}`,
      outcome: 'DONE',
      detail,
    });
  const holder = await holderOf(tx, current);
  if (holder && holder.githubId === null && !known) {
    await tx.update(repositories).set({ githubId, githubOwnerId }).where(eq(repositories.id, holder.id));
    await audit(holder.id, `linked to GitHub's repository ${githubId}`);
    return holder;
  }
  if (holder) {
    // The owner of these recordings is unknown, and a rename would hide one of the two sets from its
    // workflows.
    if (holder.githubId === null && (await hasRefs(tx, holder))) {
      return {
        refused:
          `the registry has recordings of ${owner}/${name} twice: under ${known?.owner}/${known?.name}, its former ` +
          `name, and under ${owner}/${name}, pushed with a token for that name. An admin of the registry must ` +
          'decide which ones to keep',
      };
    }
    const newName = await freeName(tx, holder, `${name.slice(0, 60)}.was-${holder.githubId ?? 'unused'}`);
    await tx.update(repositories).set({ name: newName }).where(eq(repositories.id, holder.id));
    await audit(holder.id, `renamed to ${newName}: GitHub gave the name to repository ${githubId}`);
  }
  if (!known) {
    const values = { owner, name, githubId, githubOwnerId };
    const [created] = await tx.insert(repositories).values(values).returning(columns);
    if (!created) throw new Error(`repository ${owner}/${name} was not created`);
    await audit(created.id, `created for GitHub's repository ${githubId}`);
    return created;
  }
  if (known.owner !== owner || known.name !== name) {
    await tx.update(repositories).set({ owner, name }).where(eq(repositories.id, known.id));
    await audit(known.id, `renamed from ${known.owner}/${known.name}`);
  }
  if (known.githubOwnerId !== githubOwnerId) {
    await tx.update(repositories).set({ githubOwnerId }).where(eq(repositories.id, known.id));
  }
  return { ...withoutOwnerId(known), owner, name };
}

function withoutOwnerId({ githubOwnerId: _, ...repository }: Known): Repository {
  return repository;
}

/** Another repository that has the name now. Its `githubId` is null when an admin created it by name. */
async function holderOf(
  tx: Database,
  { owner, name, githubId }: Current,
): Promise<(Repository & { githubId: number | null }) | null> {
  const isAnother = or(isNull(repositories.githubId), ne(repositories.githubId, githubId));
  const [holder] = await tx
    .select({ ...columns, githubId: repositories.githubId })
    .from(repositories)
    .where(and(isCalled(owner, name), isAnother));
  return holder ?? null;
}

/**
 * The preferred name, or the first unused one with a number: a GitHub repository may be named `desk.was-7`,
 * too.
 */
async function freeName(tx: Database, { owner }: Repository, preferred: string): Promise<string> {
  for (let number = 1; ; number++) {
    const name = number === 1 ? preferred : `${preferred}-${number}`;
    const [found] = await tx.select({ id: repositories.id }).from(repositories).where(isCalled(owner, name));
    if (!found) return name;
  }
}

function isCalled(owner: string, name: string) {
  return and(
    sql`lower(${repositories.owner}) = lower(${owner})`,
    sql`lower(${repositories.name}) = lower(${name})`,
  );
}

async function hasRefs(tx: Database, { id }: Repository): Promise<boolean> {
  const [found] = await tx.select({ id: refs.id }).from(refs).where(eq(refs.repositoryId, id)).limit(1);
  return found !== undefined;
}

/** The address and request id are unknown here: authentication is still in progress. */
const callerOf = (identity: Identity): Caller => ({ identity, address: null, requestId: null });

async function byGithubId(db: Database, githubId: number): Promise<Known | null> {
  const known = { ...columns, githubOwnerId: repositories.githubOwnerId };
  const [found] = await db.select(known).from(repositories).where(eq(repositories.githubId, githubId));
  return found ?? null;
}
