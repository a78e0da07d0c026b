import type { FailOn } from '../runner/read-inputs.js';
import { levelName, type Report } from './drift-report.js';

const ORDER = ['none', 'cosmetic', 'metadata', 'content', 'behaviour'] as const;

/**
 * Whether a report is to fail the job: what a reviewer accepted does not. Pure.
 * @returns the message to fail with, else null
 */
export function failureOf(report: Report, failOn: FailOn): string | null {
  if (failOn === 'never' || !reaches(report, failOn)) return null;
  const said = report.text.split('\n', 1)[0] || 'the recordings differ from the baseline';
  return `Fixture drift at or above \`fail-on: ${failOn}\`: ${said}`;
}

function reaches(report: Report, failOn: Exclude<FailOn, 'never'>): boolean {
  if (failOn === 'any') return report.unaccepted > 0;
  return ORDER.indexOf(levelName(report.unacceptedLevel)) >= ORDER.indexOf(failOn);
}
