import { refusedRepositoryName } from '../../vocabulary/repository.js';

/** What the configuration says of a repository's workflows. */
export type Allowance =
  /** Allowed, and the number of the owner is the one that was written down. */
  | 'by-number'
  /** Allowed by a name, which GitHub gives to another account once it is free. */
  | 'by-name'
  /** Allowed by a name whose number is that of another account. */
  | 'other-owner'
  | 'none';

/**
 * Whether the workflows of a repository may use the registry.
 * @param allowed `owner` or `owner/name`, the owner also with its number (`acme#65`); names are compared as GitHub
 *   does, whole and without case
 */
export function allowanceOf(
  allowed: string[],
  repository: { owner: string; ownerId: number; repository: string },
): Allowance {
  const wanted = [repository.owner, repository.repository].map(withoutCase);
  const numbers = allowed
    .map(partsOf)
    .filter((entry) => entry !== null && wanted.includes(withoutCase(entry.name)))
    .map((entry) => entry?.ownerId ?? null);
  if (numbers.length === 0) return 'none';
  if (numbers.includes(repository.ownerId)) return 'by-number';
  return numbers.includes(null) ? 'by-name' : 'other-owner';
}

/** Whether this is an entry of the allowed owners: nothing is a pattern. */
export function isAllowedEntry(entry: string): boolean {
  const parts = partsOf(entry);
  if (parts === null) return false;
  const [owner = '', name = 'any', ...rest] = parts.name.split('/');
  return rest.length === 0 && refusedRepositoryName(owner, name) === null;
}

/** `acme#65/desk` is `acme/desk` of the owner 65. */
function partsOf(entry: string): { name: string; ownerId: number | null } | null {
  const found = /^([^#/]*)(?:#([1-9]\d{0,14}))?(\/.*)?$/s.exec(entry);
  if (!found) return null;
  const [, owner = '', ownerId, rest = ''] = found;
  return { name: owner + rest, ownerId: ownerId === undefined ? null : Number(ownerId) };
}

/** Of ASCII letters alone: others have lower-case forms among them, such as the Kelvin sign, which becomes a `k`. */
const withoutCase = (name: string) => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
