/** A content of a repository. */
export interface ContentKey {
  repositoryId: number;
  digest: string;
}

/**
 * Loads a value for each content, one repository after the other, and returns them in the order of the keys, as a
 * `DataLoader` expects.
 */
export async function inOrder<Value>(
  keys: readonly ContentKey[],
  load: (repositoryId: number, digests: string[]) => Promise<(digest: string) => Value>,
): Promise<Value[]> {
  const loaded = new Map<number, (digest: string) => Value>();
  for (const repositoryId of new Set(keys.map((key) => key.repositoryId))) {
    const digests = keys.filter((key) => key.repositoryId === repositoryId).map((key) => key.digest);
    loaded.set(repositoryId, await load(repositoryId, digests));
  }
  return keys.map((key) => (loaded.get(key.repositoryId) as (digest: string) => Value)(key.digest));
}
