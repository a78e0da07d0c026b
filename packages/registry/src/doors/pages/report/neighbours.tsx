import type { DriftChange } from '../../../review/differences/drift.js';
import type { Markup } from '../layout/page-content.js';
import { filterRows, type ReportRow } from './arrange-rows.js';
import { type ChangeFilter, isFiltered } from './change-filter.js';

/** The position of a change among those that the reader walks through. */
export interface Position {
  /** From 1. */
  number: number;
  of: number;
  /** Whether the list is the part of the report that the filter chose. */
  isFiltered: boolean;
  previous: DriftChange | null;
  next: DriftChange | null;
}

/** Finds a change among the rows that match the filter; among all rows when it does not match. */
export function positionOf(change: DriftChange, rows: ReportRow[], filter: ChangeFilter): Position {
  const chosen = filterRows(rows, filter).map((row) => row.change);
  const list = chosen.includes(change) ? chosen : rows.map((row) => row.change);
  const index = list.indexOf(change);
  return {
    number: index + 1,
    of: list.length,
    isFiltered: list === chosen && isFiltered(filter),
    previous: list[index - 1] ?? null,
    next: list[index + 1] ?? null,
  };
}

/** Links to the previous and the next change, which the arrow keys follow, and to the report. */
export function Neighbours(props: {
  position: Position;
  label: string;
  linkTo: (change: DriftChange) => string;
  back: string;
}): Markup {
  const { previous, next, number, of, isFiltered: isPart } = props.position;
  const format = (value: number) => value.toLocaleString('en-GB');
  return (
    <nav aria-label={props.label} class="pager">
      {previous !== null && (
        <a rel="prev" href={props.linkTo(previous)} aria-keyshortcuts="ArrowLeft">
          ← Previous
        </a>
      )}
      <span>{`Change ${format(number)} of ${format(of)}`}</span>
      {next !== null && (
        <a rel="next" href={props.linkTo(next)} aria-keyshortcuts="ArrowRight">
          Next →
        </a>
      )}
      <a href={props.back}>{isPart ? 'Filtered changes' : 'All changes'}</a>
    </nav>
  );
}
