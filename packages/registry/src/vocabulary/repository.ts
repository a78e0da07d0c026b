/** Who may read a repository: everybody, or those with a grant. */
export type Visibility = 'PRIVATE' | 'PUBLIC';

export interface Repository {
  id: number;
  owner: string;
  name: string;
  visibility: Visibility;
  defaultBranch: string;
}

/** Why this cannot be the name of a GitHub repository; null when it can. */
export function refusedRepositoryName(owner: string, name: string): string | null {
  // Enterprise managed users carry an underscore in their names.
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(owner))
    return `"${owner.slice(0, 100)}" is no repository owner`;
  if (!/^[A-Za-z0-9._-]{1,100}$/.test(name) || name === '.' || name === '..') {
    return `"${name.slice(0, 100)}" is no repository name`;
  }
  return null;
}

/** Splits `owner/name`. Gives null when it is not of that form. */
export function parseRepositoryName(fullName: string): { owner: string; name: string } | null {
  const [owner, name, ...rest] = fullName.split('/');
  if (!owner || !name || rest.length > 0 || refusedRepositoryName(owner, name)) return null;
  return { owner, name };
}
