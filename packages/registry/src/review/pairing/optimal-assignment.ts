/**
 * Pairs rows with columns so that the sum of scores is maximal (Hungarian method with shortest
 * augmenting paths, O(rows² × columns)). The numbers of rows and columns may differ.
 *
 * @param score the score of a row and a column; NaN or a value of 0 or less never pairs
 * @returns the column of each row, or -1
 */
export function optimalAssignment(
  rows: number,
  columns: number,
  score: (row: number, column: number) => number,
): number[] {
  if (rows > columns) {
    const assigned = optimalAssignment(columns, rows, (row, column) => score(column, row));
    const result = new Array<number>(rows).fill(-1);
    for (const [column, row] of assigned.entries()) if (row >= 0) result[row] = column;
    return result;
  }
  const width = columns + 1;
  // Indices start at 1, as in the usual notation: row 0 and column 0 are the starting points.
  const cost = new Float64Array((rows + 1) * width);
  for (let row = 1; row <= rows; row++) {
    for (let column = 1; column <= columns; column++) {
      const value = score(row - 1, column - 1);
      cost[row * width + column] = value > 0 ? -value : 0;
    }
  }
  const rowPrice = new Float64Array(rows + 1);
  const columnPrice = new Float64Array(width);
  const rowOf = new Int32Array(width);
  const came = new Int32Array(width);
  for (let row = 1; row <= rows; row++) {
    rowOf[0] = row;
    const least = new Float64Array(width).fill(Number.POSITIVE_INFINITY);
    const seen = new Uint8Array(width);
    let column = 0;
    do {
      seen[column] = 1;
      const current = rowOf[column] as number;
      let delta = Number.POSITIVE_INFINITY;
      let next = 0;
      for (let other = 1; other < width; other++) {
        if (seen[other]) continue;
        const reduced =
          (cost[current * width + other] as number) -
          (rowPrice[current] as number) -
          (columnPrice[other] as number);
        if (reduced < (least[other] as number)) {
          least[other] = reduced;
          came[other] = column;
        }
        if ((least[other] as number) < delta) {
          delta = least[other] as number;
          next = other;
        }
      }
      for (let other = 0; other < width; other++) {
        if (seen[other]) {
          rowPrice[rowOf[other] as number] = (rowPrice[rowOf[other] as number] as number) + delta;
          columnPrice[other] = (columnPrice[other] as number) - delta;
        } else least[other] = (least[other] as number) - delta;
      }
      column = next;
    } while (rowOf[column] !== 0);
    while (column !== 0) {
      const previous = came[column] as number;
      rowOf[column] = rowOf[previous] as number;
      column = previous;
    }
  }
  const result = new Array<number>(rows).fill(-1);
  for (let column = 1; column < width; column++) {
    const row = (rowOf[column] as number) - 1;
    if (row >= 0 && (cost[(row + 1) * width + column] as number) < 0) result[row] = column - 1;
  }
  return result;
}
