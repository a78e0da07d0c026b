/**
 * Whether the workflows of a repository may use the registry.
 * @param allowed `owner` or `owner/name`; names are compared as GitHub does, whole and without case
 */
export function isAllowed(allowed: string[], repository: { owner: string; repository: string }): boolean {
  const wanted = [repository.owner, repository.repository].map(withoutCase);
  return allowed.some((each) => wanted.includes(withoutCase(each)));
}

/** Of ASCII letters alone: others have lower-case forms among them, such as the Kelvin sign, which becomes a `k`. */
const withoutCase = (name: string) => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
