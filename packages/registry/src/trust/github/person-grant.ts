import type { Grant } from '../identity/identity.js';
import { allowanceOf } from '../oidc/allowed-owners.js';
import type { GitHubRepository } from './read-answer.js';

/** What the registry knows about a repository of its own. */
export interface KnownRepository {
  id: number;
  owner: string;
  name: string;
  /** GitHub's id; null until a workflow of the repository used the registry. */
  githubId: number | null;
  /** GitHub's ids of the accounts that had the owner's name when their workflows used the registry. */
  ownerIds: number[];
}

/**
 * The grant of a person on a repository of the registry, from what GitHub said about the repository of that
 * name. Null without a permission, and when the two are not the same repository: names move between
 * repositories and accounts, ids do not.
 * @param allowed the owners whose workflows may use the registry: without an id, only they prove a name
 */
export function personGrant(known: KnownRepository, said: GitHubRepository, allowed: string[]): Grant | null {
  if (!said.mayRead || !isSame(known, said, allowed)) return null;
  return said.mayWrite
    ? { repositoryId: known.id, scope: 'write', writes: { kind: 'acceptance' } }
    : { repositoryId: known.id, scope: 'read' };
}

function isSame(known: KnownRepository, said: GitHubRepository, allowed: string[]): boolean {
  if (known.githubId !== null) return known.githubId === said.id;
  // Created by name with a token. Anybody can register an account or a repository of a free name on GitHub.
  if (said.fullName.toLowerCase() !== `${known.owner}/${known.name}`.toLowerCase()) return false;
  const allowance = allowanceOf(allowed, { ...said, repository: said.fullName });
  if (allowance === 'by-number') return true;
  const isOwnerKnown = known.ownerIds.length === 0 || known.ownerIds.includes(said.ownerId);
  return allowance === 'by-name' && isOwnerKnown;
}
