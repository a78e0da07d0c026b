/** [share of the files that are smaller, bytes] */
export type SizePoint = [share: number, bytes: number];

/**
 * How large the recordings of a real project are (3,162 files, 87 MB), as points between which sizes grow by
 * the same factor: [share of the files that are smaller, bytes].
 */
const POINTS: SizePoint[] = [
  [0, 900],
  [0.1, 2_300],
  [0.25, 2_900],
  [0.5, 11_900],
  [0.75, 28_000],
  [0.9, 62_500],
  [0.99, 230_000],
  [1, 1_180_000],
];

/** The size below which a share of all files lies. @param share from 0 to 1 */
export function sizeAt(share: number, points = POINTS): number {
  const end = Math.max(
    1,
    points.findIndex(([from]) => from >= share),
  );
  const [[from, small] = [0, 0], [to, large] = [1, 0]] = [points[end - 1], points[end]];
  return small * (large / small) ** ((share - from) / (to - from));
}

/** Spreads files evenly over all sizes, in an order that says nothing: neighbours are unlike each other. */
export function shareOf(index: number, count: number): number {
  // The largest step below the golden section of the count that meets every file exactly once.
  let step = Math.floor(count * 0.618);
  while (divisor(step, count) !== 1) step--;
  return ((index * step) % count) / Math.max(1, count - 1);
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}
