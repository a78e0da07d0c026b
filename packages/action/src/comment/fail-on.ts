import type { FailOn } from '../runner/read-inputs.js';
import { levelName, type Report } from './drift-report.js';

/** The fields of a report that can fail a job. */
export type JudgedDrift = Pick<Report, 'unaccepted' | 'unacceptedLevel' | 'text'>;

const ORDER = ['none', 'cosmetic', 'metadata', 'content', 'behaviour'] as const;

/**
 * Decides whether a report fails the job. Accepted changes do not count. Pure.
 * @returns the error message; null when the job does not fail
 */
export function driftFailure(report: JudgedDrift, failOn: FailOn): string | null {
  if (failOn === 'never' || !reaches(report, failOn)) return null;
  const summary = report.text.split('\n', 1)[0] || 'the recordings differ from the baseline';
  return `Fixture drift at or above \`fail-on: ${failOn}\`: ${summary}`;
}

function reaches(report: JudgedDrift, failOn: Exclude<FailOn, 'never'>): boolean {
  if (failOn === 'any') return report.unaccepted > 0;
  return ORDER.indexOf(levelName(report.unacceptedLevel)) >= ORDER.indexOf(failOn);
}
