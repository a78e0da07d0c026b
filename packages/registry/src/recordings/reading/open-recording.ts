import type { Answer } from '../../vocabulary/recording.js';
import type { RecordedCall } from '../call/recorded-call.js';
import type { Document } from '../documents/document.js';
import { openDocument } from '../documents/open-document.js';
import type { RecordingFormat } from '../formats/format.js';
import { findFormat } from '../formats/known-formats.js';
import { reassembleResponse } from '../reassembly/reassemble-response.js';

/** A parsed file: every later step works on it, so that bytes are parsed once. */
export type OpenedRecording =
  | { kind: 'unreadable'; problem: string }
  | { kind: 'other'; document: Document }
  | {
      kind: 'recording';
      document: Document;
      format: RecordingFormat;
      calls: OpenedCall[];
      /** Whether the file has more calls than are read; a warning of the document says so. */
      hasMoreCalls: boolean;
    };

/** A recorded call, and its response as a test sees it. */
export interface OpenedCall {
  call: RecordedCall;
  answer: Answer;
}

/** Calls of one file that are read. A file with more is read up to here, with a warning. */
const MOST_CALLS = 10_000;

/**
 * Parses a file and detects its format. Never throws: a file that cannot be parsed is `unreadable`.
 */
export function openRecording(bytes: Uint8Array): OpenedRecording {
  const document = openDocument(bytes);
  if ('problem' in document) return { kind: 'unreadable', problem: document.problem };
  const format = findFormat(document);
  if (format === null) return { kind: 'other', document };
  const calls: OpenedCall[] = [];
  for (const call of format.read(document)) {
    if (calls.length === MOST_CALLS) {
      const warnings = [...document.warnings, 'more than 10,000 calls: only the first 10,000 are read'];
      return { kind: 'recording', document: { ...document, warnings }, format, calls, hasMoreCalls: true };
    }
    calls.push({ call, answer: reassembleResponse(call) });
  }
  return { kind: 'recording', document, format, calls, hasMoreCalls: false };
}
