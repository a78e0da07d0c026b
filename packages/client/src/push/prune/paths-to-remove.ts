import { pathPattern } from '@fixture-registry/protocol';

/**
 * The paths that match the patterns and are no longer on disk, sorted.
 * @param candidates paths that a push may remove from the ref
 * @param onDisk every path that discovery found, including files that cannot be pushed
 */
export function pathsToRemove(
  candidates: Iterable<string>,
  patterns: readonly string[],
  onDisk: Set<string>,
): string[] {
  const matchers = patterns.map(pathPattern);
  const remove: string[] = [];
  for (const path of candidates) {
    if (!onDisk.has(path) && matchers.some((matcher) => matcher.test(path))) remove.push(path);
  }
  return remove.sort();
}
