import type { DriftChange } from '../../../review/differences/drift.js';
import type { Cause } from '../../../review/report/causes/cause.js';
import { findCauses } from '../../../review/report/causes/find-causes.js';
import { groupFiles } from '../../../review/report/group-by-path.js';
import { type ChangeFilter, matches } from './change-filter.js';

/** A change in the order of the report page. */
export interface ReportRow {
  change: DriftChange;
  cause: Cause;
  /** The test file, or the folder of the recording when its test is unknown. */
  file: string;
}

/** The changes of a report by cause, then by test file: the order in which a reader walks through them. */
export function arrangeRows(changes: DriftChange[]): ReportRow[] {
  return findCauses(changes).flatMap((cause) =>
    groupFiles(cause.changes).flatMap(({ file, changes: own }) =>
      own.map((change) => ({ change, cause, file })),
    ),
  );
}

/** The rows that match the filter, in their order. */
export function filterRows(rows: ReportRow[], filter: ChangeFilter): ReportRow[] {
  return rows.filter(
    ({ change, cause }) => (filter.cause === null || cause.key === filter.cause) && matches(change, filter),
  );
}

/** Some rows of one cause, by test file. */
export interface CauseSection {
  cause: Cause;
  files: { file: string; changes: DriftChange[] }[];
}

/** The sections of a page with these rows. */
export function sectionsOf(rows: ReportRow[]): CauseSection[] {
  const sections: CauseSection[] = [];
  for (const { change, cause, file } of rows) {
    if (sections.at(-1)?.cause !== cause) sections.push({ cause, files: [] });
    const files = sections.at(-1)?.files ?? [];
    const last = files.at(-1);
    if (last?.file === file) last.changes.push(change);
    else files.push({ file, changes: [change] });
  }
  return sections;
}
