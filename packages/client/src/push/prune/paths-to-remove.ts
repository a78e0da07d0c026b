import { pathPattern } from '@fixture-registry/protocol';

/**
 * The paths that a pruning push removes: what the ref holds within the patterns and the disk does not.
 * @param held paths of the ref, or of what was pulled of it when that was a selection
 * @param onDisk every path that discovery found, also those that cannot be pushed
 */
export function pathsToRemove(held: Iterable<string>, patterns: string[], onDisk: Set<string>): string[] {
  const matchers = patterns.map(pathPattern);
  const remove: string[] = [];
  for (const path of held) {
    if (!onDisk.has(path) && matchers.some((matcher) => matcher.test(path))) remove.push(path);
  }
  return remove.sort();
}
