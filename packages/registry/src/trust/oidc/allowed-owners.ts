import { refusedRepositoryName } from '../../vocabulary/repository.js';

/** Whether the configuration allows a repository's workflows. */
export type Allowance =
  /** Allowed by name and by the owner's id. */
  | 'by-number'
  /** Allowed by name alone. GitHub lets another account register the name once it is free. */
  | 'by-name'
  /** The name is allowed, but with the id of another account. */
  | 'other-owner'
  | 'none';

/**
 * Whether the workflows of a repository may use the registry.
 * @param allowed entries `owner` or `owner/name`, the owner optionally with its id (`acme#65`); whole names
 *   are compared, case-insensitively as on GitHub
 */
export function allowanceOf(
  allowed: string[],
  repository: { owner: string; ownerId: number; repository: string },
): Allowance {
  const names = [repository.owner, repository.repository].map(lowerCase);
  const numbers = allowed
    .map(parseEntry)
    .filter((entry) => entry !== null && names.includes(lowerCase(entry.name)))
    .map((entry) => entry?.ownerId ?? null);
  if (numbers.length === 0) return 'none';
  if (numbers.includes(repository.ownerId)) return 'by-number';
  return numbers.includes(null) ? 'by-name' : 'other-owner';
}

/** Whether the text is a valid entry of the allowed owners. Patterns are not supported. */
export function isAllowedEntry(entry: string): boolean {
  const parts = parseEntry(entry);
  if (parts === null) return false;
  const [owner = '', name = 'any', ...rest] = parts.name.split('/');
  return rest.length === 0 && refusedRepositoryName(owner, name) === null;
}

/** Parses `acme#65/desk` as `acme/desk` with the owner id 65. */
function parseEntry(entry: string): { name: string; ownerId: number | null } | null {
  const found = /^([^#/]*)(?:#([1-9]\d{0,14}))?(\/.*)?$/s.exec(entry);
  if (!found) return null;
  const [, owner = '', ownerId, rest = ''] = found;
  return { name: owner + rest, ownerId: ownerId === undefined ? null : Number(ownerId) };
}

/** Converts ASCII letters only: the lower case of the Kelvin sign, for example, would be a `k`. */
const lowerCase = (name: string) => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
