/** A content of a repository. */
export interface ContentKey {
  repositoryId: number;
  digest: string;
}

/**
 * Loads a value for each content, one repository after the other, and returns them in the order of the keys, as a
 * `DataLoader` expects.
 */
export function inOrder<Value>(
  keys: readonly ContentKey[],
  load: (repositoryId: number, digests: string[]) => Promise<(digest: string) => Value>,
): Promise<Value[]> {
  return inGroups(
    keys,
    ({ repositoryId }) => String(repositoryId),
    async ([first, ...others]) => {
      const valueAt = await load(
        first.repositoryId,
        [first, ...others].map(({ digest }) => digest),
      );
      return ({ digest }) => valueAt(digest);
    },
  );
}

/**
 * Loads a value for each key, one group of keys after the other, and returns them in the order of the keys.
 * @param groupOf the keys with the same group are loaded together
 */
export async function inGroups<Key, Value>(
  keys: readonly Key[],
  groupOf: (key: Key) => string,
  load: (group: [Key, ...Key[]]) => Promise<(key: Key) => Value>,
): Promise<Value[]> {
  const groups = new Map<string, [Key, ...Key[]]>();
  for (const key of keys) {
    const group = groups.get(groupOf(key));
    if (group) group.push(key);
    else groups.set(groupOf(key), [key]);
  }
  const loaded = new Map<string, (key: Key) => Value>();
  for (const [name, group] of groups) loaded.set(name, await load(group));
  return keys.map((key) => (loaded.get(groupOf(key)) as (key: Key) => Value)(key));
}
