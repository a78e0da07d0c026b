/** The fields of the registry's drift report that the action reads. */
export interface Report {
  /** The highest level of all changes; null when nothing that exists on both sides differs. */
  level: 'COSMETIC' | 'METADATA' | 'CONTENT' | 'BEHAVIOUR' | null;
  /** Number of changes that no reviewer accepted. Only these can fail a job. */
  unaccepted: number;
  /** The highest level of these. */
  unacceptedLevel: Report['level'];
  added: number;
  removed: number;
  changed: number;
  rekeyed: number;
  moved: number;
  /** Changes whose new recording is an error, or has a tool result that is one; null when unknown. */
  errors: number | null;
  /** New recordings that the newest complete run did not read; null when unknown. */
  unread?: number | null;
  /** For the comment and the job summary. */
  markdown: string;
  /** For the log; the first line is a short summary. */
  text: string;
  url: string;
  head: { id: string };
  baseline: { id: string };
}

/** Whether anything differs, including cosmetic changes. */
export function hasDrift(report: Report): boolean {
  return report.added + report.removed + report.changed + report.rekeyed + report.moved > 0;
}

/** A level as the output `drift-level` and the input `fail-on` spell it. */
export function levelName(
  level: Report['level'],
): 'none' | 'cosmetic' | 'metadata' | 'content' | 'behaviour' {
  return level === null ? 'none' : (level.toLowerCase() as 'cosmetic');
}
