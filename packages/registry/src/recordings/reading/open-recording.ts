import type { Answer } from '../../vocabulary/recording.js';
import type { RecordedCall, RecordingFormat } from '../formats/format.js';
import { formatOf } from '../formats/known-formats.js';
import { type Document, openDocument } from '../json/open-document.js';
import { answerOf } from '../reassembly/reassemble-response.js';

/** A file's bytes, opened once for all who look into them. */
export type OpenedRecording =
  | { kind: 'unreadable'; problem: string }
  | { kind: 'other'; document: Document }
  | { kind: 'recording'; document: Document; format: RecordingFormat; call: RecordedCall; answer: Answer };

/** Opens a file: as a recording, as JSON that no known recorder wrote, or not at all. Never throws. */
export function openRecording(bytes: Uint8Array): OpenedRecording {
  const document = openDocument(bytes);
  if ('problem' in document) return { kind: 'unreadable', problem: document.problem };
  const format = formatOf(document);
  if (format === null) return { kind: 'other', document };
  const call = format.read(document);
  return { kind: 'recording', document, format, call, answer: answerOf(call) };
}
