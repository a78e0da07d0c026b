import { and, eq, isNotNull, isNull, ne, or, sql } from 'drizzle-orm';
import { refs, repositories } from '../../database/schema/schema.js';
import type { Database } from '../../database/statements/database.js';
import { parseRepositoryName, type Repository } from '../../vocabulary/repository.js';
import { recordAudit } from '../audit/audit-store.js';
import type { Caller } from '../identity/caller.js';
import type { Identity } from '../identity/identity.js';

/** A repository as GitHub's claims name it. */
export interface NamedRepository {
  /** `owner/name`, as it is called now. */
  repository: string;
  /** GitHub's number of it. */
  repositoryId: number;
  /** GitHub's number of its owner. */
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
 * The repository that GitHub knows by this number, under its present name. It is made when it is new, renamed when it was
 * renamed or transferred; a row that somebody made by name alone is taken over at the first use. One that only has the
 * name of another is another: the old one makes room. Usually it is as it was, which takes one look-up and no write.
 * @param claims.by whose claims they are, for the audit log
 * @param claims.isOwnerKnown whether an operator wrote the owner's number down; else the first that comes counts
 */
export async function followRepository(
  db: Database,
  named: NamedRepository,
  { by, isOwnerKnown }: { by: Identity; isOwnerKnown: boolean },
): Promise<Followed> {
  const name = parseRepositoryName(named.repository);
  if (!name) return { refused: `"${named.repository.slice(0, 200)}" is no repository` };
  const known = await byGithubId(db, named.repositoryId);
  const { ownerId } = named;
  const isAsBefore = known?.owner === name.owner && known.name === name.name;
  if (isAsBefore && known.githubOwnerId === ownerId) return withoutOwnerId(known);
  return await db.transaction(async (tx) => {
    // One after the other: two runs of a new repository may come at once, and names change hands.
    await tx.execute(sql`lock table repositories in share row exclusive mode`);
    const other = isOwnerKnown ? null : await otherAccount(tx, name.owner, ownerId);
    if (other !== null) return { refused: renewedOwner(name.owner, ownerId, other) };
    return follow(tx, { ...name, githubId: named.repositoryId, githubOwnerId: ownerId }, by);
  });
}

interface Now {
  owner: string;
  name: string;
  githubId: number;
  githubOwnerId: number;
}

/** The number of another account under whose name repositories are here; null where there is none. */
async function otherAccount(tx: Database, owner: string, ownerId: number): Promise<number | null> {
  const found = await tx
    .selectDistinct({ githubOwnerId: repositories.githubOwnerId })
    .from(repositories)
    .where(and(sql`lower(${repositories.owner}) = lower(${owner})`, isNotNull(repositories.githubOwnerId)));
  const numbers = found.map(({ githubOwnerId }) => githubOwnerId);
  return numbers.includes(ownerId) ? null : (numbers[0] ?? null);
}

function renewedOwner(owner: string, ownerId: number, before: number): string {
  return `${owner} is now the account ${ownerId} on GitHub, and this registry knows it as ${before}: somebody else may have taken the name. If it is the right one, whoever runs the registry writes ${owner}#${ownerId} in FIXTURE_REGISTRY_OIDC_ALLOW`;
}

async function follow(tx: Database, now: Now, by: Identity): Promise<Followed> {
  const known = await byGithubId(tx, now.githubId);
  const { owner, name, githubId, githubOwnerId } = now;
  const note = (repositoryId: number, detail: string) =>
    recordAudit(tx, {
      repositoryId,
      by: callerOf(by),
      action: 'repository.follow',
      target: `${owner}/${name}`,
      outcome: 'DONE',
      detail,
    });
  const holder = await holderOf(tx, now);
  if (holder && holder.githubId === null && !known) {
    await tx.update(repositories).set({ githubId, githubOwnerId }).where(eq(repositories.id, holder.id));
    await note(holder.id, `tied to GitHub's repository ${githubId}`);
    return holder;
  }
  if (holder) {
    // Nobody can say whose they are, and one of the two would be lost to its workflows.
    if (holder.githubId === null && (await hasRefs(tx, holder))) {
      return {
        refused: `the registry has recordings of ${owner}/${name} twice: under ${known?.owner}/${known?.name}, its name before, and under ${owner}/${name}, pushed with a token that was made for that name. An admin of the registry has to decide which of them counts`,
      };
    }
    const aside = await freeName(tx, holder, `${name.slice(0, 60)}.was-${holder.githubId ?? 'unused'}`);
    await tx.update(repositories).set({ name: aside }).where(eq(repositories.id, holder.id));
    await note(holder.id, `called ${aside} from now on: GitHub gave the name to repository ${githubId}`);
  }
  if (!known) {
    const values = { owner, name, githubId, githubOwnerId };
    const [made] = await tx.insert(repositories).values(values).returning(columns);
    if (!made) throw new Error(`repository ${owner}/${name} was not made`);
    await note(made.id, `made for GitHub's repository ${githubId}`);
    return made;
  }
  if (known.owner !== owner || known.name !== name) {
    await tx.update(repositories).set({ owner, name }).where(eq(repositories.id, known.id));
    await note(known.id, `was ${known.owner}/${known.name} before`);
  }
  if (known.githubOwnerId !== githubOwnerId) {
    await tx.update(repositories).set({ githubOwnerId }).where(eq(repositories.id, known.id));
  }
  return { ...withoutOwnerId(known), owner, name };
}

function withoutOwnerId({ githubOwnerId: _, ...repository }: Known): Repository {
  return repository;
}

/** Another repository that stands under the name now; without GitHub's number when an admin made it by name. */
async function holderOf(
  tx: Database,
  { owner, name, githubId }: Now,
): Promise<(Repository & { githubId: number | null }) | null> {
  const isAnother = or(isNull(repositories.githubId), ne(repositories.githubId, githubId));
  const [holder] = await tx
    .select({ ...columns, githubId: repositories.githubId })
    .from(repositories)
    .where(and(isCalled(owner, name), isAnother));
  return holder ?? null;
}

/** The name, or the first with a number after it that nobody has: GitHub lets a repository be called `desk.was-7`, too. */
async function freeName(tx: Database, { owner }: Repository, wanted: string): Promise<string> {
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted}-${number}`;
    const [taken] = await tx.select({ id: repositories.id }).from(repositories).where(isCalled(owner, name));
    if (!taken) return name;
  }
}

function isCalled(owner: string, name: string) {
  return and(
    sql`lower(${repositories.owner}) = lower(${owner})`,
    sql`lower(${repositories.name}) = lower(${name})`,
  );
}

async function hasRefs(tx: Database, { id }: Repository): Promise<boolean> {
  const [held] = await tx.select({ id: refs.id }).from(refs).where(eq(refs.repositoryId, id)).limit(1);
  return held !== undefined;
}

/** Where it comes from is not known here: whoever asks is still being identified. */
const callerOf = (identity: Identity): Caller => ({ identity, address: null, requestId: null });

async function byGithubId(db: Database, githubId: number): Promise<Known | null> {
  const known = { ...columns, githubOwnerId: repositories.githubOwnerId };
  const [found] = await db.select(known).from(repositories).where(eq(repositories.githubId, githubId));
  return found ?? null;
}
