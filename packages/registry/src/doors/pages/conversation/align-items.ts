import { alignTokens } from '../../../review/differences/align-tokens.js';

/** An item of each side in one row; null when a side has none. */
export type ItemPair<Item> = [before: Item | null, after: Item | null];

// Beyond this many insertions and removals, or comparisons of one gap, items are paired by position.
const MAXIMUM_EDITS = 1000;
const MAXIMUM_COMPARISONS = 2500;

/**
 * Aligns two lists and keeps their order: equal items first, then, between these, the pairs with the
 * highest likeness in total. An item without a partner has a row of its own.
 *
 * @param likeness 0 to 1 for two different items; null when they must not share a row
 */
export function alignItems<Item>(
  before: Item[],
  after: Item[],
  likeness: (a: Item, b: Item) => number | null,
): ItemPair<Item>[] {
  const pairs: ItemPair<Item>[] = [];
  let gap: { before: Item[]; after: Item[] } = { before: [], after: [] };
  const closeGap = () => {
    pairs.push(...alignGap(gap.before, gap.after, likeness));
    gap = { before: [], after: [] };
  };
  let [i, j] = [0, 0];
  for (const { kind, count } of equalRuns(before, after)) {
    if (kind === 'same') {
      closeGap();
      for (let k = 0; k < count; k++) pairs.push([before[i + k] as Item, after[j + k] as Item]);
    } else if (kind === 'gone') gap.before.push(...before.slice(i, i + count));
    else gap.after.push(...after.slice(j, j + count));
    if (kind !== 'new') i += count;
    if (kind !== 'gone') j += count;
  }
  closeGap();
  return pairs;
}

function equalRuns<Item>(before: Item[], after: Item[]) {
  const numbers = new Map<string, number>();
  const numbered = (items: Item[]) =>
    Int32Array.from(items, (item) => {
      const key = JSON.stringify(item);
      const number = numbers.get(key) ?? numbers.size;
      numbers.set(key, number);
      return number;
    });
  return (
    alignTokens(numbered(before), numbered(after), MAXIMUM_EDITS) ?? [
      { kind: 'gone' as const, count: before.length },
      { kind: 'new' as const, count: after.length },
    ]
  );
}

/** Aligns items of which no two in the same order are equal. */
function alignGap<Item>(
  before: Item[],
  after: Item[],
  likeness: (a: Item, b: Item) => number | null,
): ItemPair<Item>[] {
  const [n, m] = [before.length, after.length];
  if (n === 0 || m === 0 || n * m > MAXIMUM_COMPARISONS) return byPosition(before, after);
  const value = before.map((a) => after.map((b) => likeness(a, b)));
  // best[i][j]: the highest total of the items from i and from j on.
  const best = Array.from({ length: n + 1 }, () => new Float64Array(m + 1));
  const at = (i: number, j: number) => best[i]?.[j] ?? 0;
  const paired = (i: number, j: number) => {
    const alike = value[i]?.[j] ?? null;
    // Also a pair with nothing in common is better than two rows with an empty side.
    return alike === null ? -1 : at(i + 1, j + 1) + alike + 0.01;
  };
  for (let i = n - 1; i >= 0; i--) {
    const row = best[i] as Float64Array;
    for (let j = m - 1; j >= 0; j--) row[j] = Math.max(at(i + 1, j), at(i, j + 1), paired(i, j));
  }
  const pairs: ItemPair<Item>[] = [];
  let [i, j] = [0, 0];
  while (i < n && j < m) {
    if (at(i, j) === paired(i, j)) pairs.push([before[i++] as Item, after[j++] as Item]);
    else if (at(i, j) === at(i + 1, j)) pairs.push([before[i++] as Item, null]);
    else pairs.push([null, after[j++] as Item]);
  }
  return [...pairs, ...byPosition(before.slice(i), after.slice(j))];
}

function byPosition<Item>(before: Item[], after: Item[]): ItemPair<Item>[] {
  return Array.from({ length: Math.max(before.length, after.length) }, (_, index) => [
    before[index] ?? null,
    after[index] ?? null,
  ]);
}
