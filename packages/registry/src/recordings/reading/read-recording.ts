import type { Reading } from '../../vocabulary/recording.js';
import { type OpenedRecording, openRecording } from './open-recording.js';
import { NAME_LENGTH, storableOrNull, storableText, TEXT_LENGTH } from './storable-text.js';

/** What is known of a file that cannot be read, or that no known recorder wrote. */
const OPAQUE: Reading = {
  format: 'opaque',
  testId: null,
  model: null,
  endpoint: null,
  isStreaming: null,
  outcome: null,
  responseText: null,
  requestHashes: [],
  problem: null,
};

/**
 * Reads one file's bytes. Never throws: what cannot be read is `opaque`, with the reason as its problem; what is JSON
 * but no recording is `opaque` without one. Reads at most 4 MiB and 128 levels; all text can be stored in Postgres.
 */
export function readRecording(bytes: Uint8Array): Reading {
  return readingOf(openRecording(bytes));
}

/** The same of a file that is open already. */
export function readingOf(opened: OpenedRecording): Reading {
  if (opened.kind === 'unreadable') return { ...OPAQUE, problem: storableText(opened.problem, NAME_LENGTH) };
  const oddities = opened.document.oddities.join('; ');
  const problem = oddities === '' ? null : storableText(oddities, NAME_LENGTH);
  if (opened.kind === 'other') return { ...OPAQUE, problem };
  const { document, format, call, answer } = opened;
  return {
    format: format.name,
    testId: storableOrNull(call.testId, NAME_LENGTH),
    model: storableOrNull(call.model, NAME_LENGTH),
    endpoint: storableOrNull(call.endpoint, NAME_LENGTH),
    isStreaming: answer.isStreaming,
    outcome: answer.outcome,
    responseText: storableOrNull(answer.text, TEXT_LENGTH),
    requestHashes: format.requestHashes(document),
    problem,
  };
}
