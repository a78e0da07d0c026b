import { and, eq, isNotNull, sql } from 'drizzle-orm';
import { repositories } from '../../database/schema/schema.js';
import type { Database } from '../../database/statements/database.js';
import { statement } from '../../database/statements/statement.js';
import type { Repository, Visibility } from '../../vocabulary/repository.js';

/** The columns of a `Repository`. */
export const repositoryColumns = {
  id: repositories.id,
  owner: repositories.owner,
  name: repositories.name,
  visibility: repositories.visibility,
  defaultBranch: repositories.defaultBranch,
};

const ofName = statement<{ owner: string; name: string }, Repository>(sql`
  select id, owner, name, visibility, default_branch as "defaultBranch" from repositories
  where lower(owner) = lower(${sql.placeholder('owner')}) and lower(name) = lower(${sql.placeholder('name')})`);

export async function findRepository(db: Database, owner: string, name: string): Promise<Repository | null> {
  const [found] = await ofName(db, { owner, name });
  return found ?? null;
}

export async function repositoryById(db: Database, id: number): Promise<Repository | null> {
  const [found] = await db.select(repositoryColumns).from(repositories).where(eq(repositories.id, id));
  return found ?? null;
}

/** GitHub's ids of the accounts that had this owner name when their workflows used the registry. */
export async function accountsNamed(db: Database, owner: string): Promise<number[]> {
  const found = await db
    .selectDistinct({ ownerId: repositories.githubOwnerId })
    .from(repositories)
    .where(and(sql`lower(${repositories.owner}) = lower(${owner})`, isNotNull(repositories.githubOwnerId)));
  return found.flatMap(({ ownerId }) => ownerId ?? []);
}

/** GitHub's id of a repository; null until one of its workflows used the registry. */
export async function githubIdOf(db: Database, id: number): Promise<number | null> {
  const [found] = await db
    .select({ githubId: repositories.githubId })
    .from(repositories)
    .where(eq(repositories.id, id));
  return found?.githubId ?? null;
}

/** Creates a repository; null when one of that name exists. */
export async function addRepository(db: Database, owner: string, name: string): Promise<Repository | null> {
  const [made] = await db
    .insert(repositories)
    .values({ owner, name })
    .onConflictDoNothing()
    .returning(repositoryColumns);
  return made ?? null;
}

export async function setVisibility(db: Database, id: number, visibility: Visibility): Promise<void> {
  await db.update(repositories).set({ visibility }).where(eq(repositories.id, id));
}
