import type { Markup } from '../layout/page-content.js';

/** A column that a list can be ordered by. */
export interface SortColumn<Name extends string> {
  name: Name;
  label: string;
  /** Whether the first click orders from the greatest down. */
  descendingFirst: boolean;
}

/** The order of a list, as its address says. */
export interface Sorting<Name extends string> {
  name: Name;
  descending: boolean;
}

/** Reads the parameters `sort` and `order`. An unknown column means the default one. */
export function readSorting<Name extends string>(
  columns: readonly SortColumn<Name>[],
  parameter: (name: string) => string | null,
  otherwise: Name,
): Sorting<Name> {
  const named = columns.find(({ name }) => name === parameter('sort'));
  const column = named ?? columns.find(({ name }) => name === otherwise);
  const order = parameter('order');
  const descending = named && order !== null ? order === 'desc' : (column?.descendingFirst ?? false);
  return { name: column?.name ?? otherwise, descending };
}

/** The parameters that select an order; null where they are the default. */
export function sortParameters<Name extends string>(
  columns: readonly SortColumn<Name>[],
  { name, descending }: Sorting<Name>,
): { sort: string; order: string | null } {
  const isUsual = columns.find((column) => column.name === name)?.descendingFirst === descending;
  return { sort: name, order: isUsual ? null : descending ? 'desc' : 'asc' };
}

/** Links that order a list. The link of the current order, if there is one, reverses it. */
export function SortLinks<Name extends string>(props: {
  columns: readonly SortColumn<Name>[];
  current: Sorting<Name> | null;
  link: (parameters: { sort: string; order: string | null }) => string;
}): Markup {
  const { columns, current, link } = props;
  return (
    <nav aria-label="Order" class="sorting">
      <span class="quiet">Sort by</span>
      <ul>
        {columns.map((column) => {
          const isCurrent = column.name === current?.name;
          const descending = isCurrent ? !current.descending : column.descendingFirst;
          return (
            <li>
              <a
                href={link(sortParameters(columns, { name: column.name, descending }))}
                aria-current={isCurrent ? 'true' : undefined}
              >
                {column.label}
                {isCurrent && (
                  <span role="img" aria-label={current.descending ? 'descending' : 'ascending'}>
                    {current.descending ? ' ↓' : ' ↑'}
                  </span>
                )}
              </a>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

/** The value of `aria-sort` for a column. */
export function ariaSort<Name extends string>(
  { name, descending }: Sorting<Name>,
  column: Name,
): 'ascending' | 'descending' | undefined {
  return name === column ? (descending ? 'descending' : 'ascending') : undefined;
}
