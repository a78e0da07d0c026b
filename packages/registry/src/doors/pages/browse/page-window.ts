/** The rows of one page. `before` and `after` are the keys that load the previous and the next page. */
export interface PageWindow<Row> {
  rows: Row[];
  before: string | null;
  after: string | null;
}

export interface KeysetPage {
  after: string | null;
  before: string | null;
  limit: number;
  fromEnd: boolean;
}

/**
 * Loads one page by key: the rows after a key, or before a key, or the first rows. It loads one row
 * more than the page shows to find out whether another page follows. In the direction the visitor
 * came from, one always does.
 */
export async function loadWindow<Row>(
  position: { after: string | null; before: string | null; size: number },
  keyOf: (row: Row) => string,
  load: (page: KeysetPage) => Promise<Row[]>,
): Promise<PageWindow<Row>> {
  const backwards = position.before !== null;
  const found = await load({
    after: backwards ? null : position.after,
    before: position.before,
    limit: position.size + 1,
    fromEnd: backwards,
  });
  const more = found.length > position.size;
  const shown = found.slice(0, position.size);
  if (backwards) shown.reverse();
  const [first, last] = [shown[0], shown.at(-1)];
  return {
    rows: shown,
    before: first && (backwards ? more : position.after !== null) ? keyOf(first) : null,
    after: last && (backwards || more) ? keyOf(last) : null,
  };
}
