/** Who may read a repository: everyone, or only callers with a grant. */
export type Visibility = 'PRIVATE' | 'PUBLIC';

export interface Repository {
  id: number;
  owner: string;
  name: string;
  visibility: Visibility;
  defaultBranch: string;
}

/** Returns why owner and name are not valid for a GitHub repository; null when they are. */
export function refusedRepositoryName(owner: string, name: string): string | null {
  // Names of Enterprise Managed Users contain an underscore.
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(owner))
    return `"${owner.slice(0, 100)}" is not a valid repository owner`;
  if (!/^[A-Za-z0-9._-]{1,100}$/.test(name) || name === '.' || name === '..') {
    return `"${name.slice(0, 100)}" is not a valid repository name`;
  }
  return null;
}

/** Splits `owner/name`; null when the text does not have that form. */
export function parseRepositoryName(fullName: string): { owner: string; name: string } | null {
  const [owner, name, ...rest] = fullName.split('/');
  if (!owner || !name || rest.length > 0 || refusedRepositoryName(owner, name)) return null;
  return { owner, name };
}
