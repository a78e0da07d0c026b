import type { Outcome } from '../../../vocabulary/recording.js';

/** "answer", "streamed answer", "error": what the recorded call returned. */
export function describeOutcome(row: { outcome: Outcome | null; isStreaming: boolean | null }): string {
  if (row.outcome === null) return 'unknown';
  if (row.outcome === 'ERROR') return 'error';
  return row.isStreaming ? 'streamed response' : 'response';
}
