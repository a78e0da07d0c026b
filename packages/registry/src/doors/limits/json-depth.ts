/**
 * Whether a JSON value has more than `levels` levels of lists and objects. The recursion ends one
 * level further, so that deep values need no deep stack.
 */
export function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return Object.keys(value).length > 0;
  if (Array.isArray(value)) return value.some((each) => isDeeperThan(each, levels - 1));
  for (const name of Object.keys(value)) {
    if (isDeeperThan((value as Record<string, unknown>)[name], levels - 1)) return true;
  }
  return false;
}
