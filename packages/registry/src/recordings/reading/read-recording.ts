import type { Reading } from '../../vocabulary/recording.js';
import { type OpenedRecording, openRecording } from './open-recording.js';
import { readCalls, summariseCalls } from './read-calls.js';
import { NAME_LENGTH, storableText } from './storable-text.js';

/** The reading of a file that cannot be parsed or has an unknown format. */
const OPAQUE: Reading = {
  format: 'opaque',
  testId: null,
  model: null,
  endpoint: null,
  isStreaming: null,
  outcome: null,
  responseText: null,
  requestHashes: [],
  hashVersions: [],
  exchanges: [],
  problem: null,
};

/**
 * Reads the bytes of one file. Never throws: a file that cannot be parsed is `opaque` with the
 * reason as its problem; other JSON that is not a recording is `opaque` without a problem. Parses
 * at most 32 MiB and 128 levels; all returned text can be stored in Postgres.
 */
export function readRecording(bytes: Uint8Array): Reading {
  return readOpenedRecording(openRecording(bytes));
}

/** As `readRecording`, for a file that is already open. */
export function readOpenedRecording(opened: OpenedRecording): Reading {
  if (opened.kind === 'unreadable') return { ...OPAQUE, problem: storableText(opened.problem, NAME_LENGTH) };
  const { warnings } = opened.document;
  if (opened.kind === 'other') return { ...OPAQUE, problem: problemOf(warnings) };
  const { document, format, calls } = opened;
  const hashes = format.hashesByVersion(document);
  return {
    format: format.name,
    ...summariseCalls(calls),
    requestHashes: hashes.map(({ hash }) => hash),
    hashVersions: hashes.map(({ versions }) => versions),
    exchanges: format.isCassette ? readCalls(calls) : [],
    problem: problemOf(warnings),
  };
}

function problemOf(warnings: string[]): string | null {
  return warnings.length === 0 ? null : storableText(warnings.join('; '), NAME_LENGTH);
}
