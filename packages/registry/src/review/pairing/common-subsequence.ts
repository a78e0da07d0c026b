// Beyond this number of cells only the equal beginnings and ends are found.
const MAXIMUM_CELLS = 250_000;

/**
 * Pairs as many equal elements of two lists as possible without changing their order (longest common subsequence).
 * Equal elements are those with the same name.
 */
export function commonSubsequence<Element>(
  first: readonly Element[],
  second: readonly Element[],
  nameOf: (element: Element) => string,
): [Element, Element][] {
  const [a, b] = [first.map(nameOf), second.map(nameOf)];
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a[start] === b[start]) start++;
  let end = 0;
  while (end < shorter - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const pairs: [number, number][] = [];
  for (let at = 0; at < start; at++) pairs.push([at, at]);
  pairs.push(...inTheMiddle(a.slice(start, a.length - end), b.slice(start, b.length - end), start));
  for (let at = end; at > 0; at--) pairs.push([a.length - at, b.length - at]);
  return pairs.map(([row, column]) => [first[row] as Element, second[column] as Element]);
}

function inTheMiddle(a: string[], b: string[], offset: number): [number, number][] {
  if (a.length * b.length > MAXIMUM_CELLS) return [];
  const width = b.length + 1;
  // The length of the longest common subsequence from each position on.
  const lengths = new Uint32Array((a.length + 1) * width);
  const at = (row: number, column: number) => lengths[row * width + column] as number;
  for (let row = a.length - 1; row >= 0; row--) {
    for (let column = b.length - 1; column >= 0; column--) {
      lengths[row * width + column] =
        a[row] === b[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const pairs: [number, number][] = [];
  let [row, column] = [0, 0];
  while (row < a.length && column < b.length) {
    if (a[row] === b[column]) pairs.push([row++ + offset, column++ + offset]);
    else if (at(row + 1, column) >= at(row, column + 1)) row++;
    else column++;
  }
  return pairs;
}
