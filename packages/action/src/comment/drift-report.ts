/** A drift report as the registry answers it, as far as the action reads it. Everything in it was decided by the registry. */
export interface Report {
  /** The highest of all changes; null: nothing that exists on both sides differs. */
  level: 'COSMETIC' | 'METADATA' | 'CONTENT' | 'BEHAVIOUR' | null;
  /** The same of what no reviewer accepted; that alone can fail a job. */
  unaccepted: number;
  unacceptedLevel: Report['level'];
  added: number;
  removed: number;
  changed: number;
  rekeyed: number;
  moved: number;
  /** For the comment and the job summary. */
  markdown: string;
  /** For the log; the first line says it all in short. */
  text: string;
  url: string;
  head: { id: string };
  baseline: { id: string };
}

/** Whether anything differs at all, be it only cosmetic. */
export function hasDrift(report: Report): boolean {
  return report.added + report.removed + report.changed + report.rekeyed + report.moved > 0;
}

/** A level as outputs and `fail-on` write it. */
export function levelName(
  level: Report['level'],
): 'none' | 'cosmetic' | 'metadata' | 'content' | 'behaviour' {
  return level === null ? 'none' : (level.toLowerCase() as 'cosmetic');
}
