import type { Outcome } from '../../../vocabulary/recording.js';

/** All outcomes, with a short description of each. */
export const OUTCOME_CHOICES: readonly { value: Outcome; label: string }[] = [
  { value: 'SUCCESS', label: 'response' },
  { value: 'ERROR', label: 'error' },
];

/** What the recorded call returned: "response", "streamed response", "error" or "unknown". */
export function describeOutcome(row: { outcome: Outcome | null; isStreaming: boolean | null }): string {
  if (row.outcome === null) return 'unknown';
  if (row.outcome === 'ERROR') return row.isStreaming ? 'streamed error' : 'error';
  return row.isStreaming ? 'streamed response' : 'response';
}
