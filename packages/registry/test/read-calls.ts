import type { RecordedCall } from '../src/recordings/call/recorded-call.js';
import { openDocument } from '../src/recordings/documents/open-document.js';
import { findFormat } from '../src/recordings/formats/known-formats.js';

/** The format of a file and its calls. Throws when the file has a problem. */
export function readCalls(content: string | Uint8Array): { format: string | null; calls: RecordedCall[] } {
  const document = openDocument(Buffer.from(content));
  if ('problem' in document) throw new Error(document.problem);
  const format = findFormat(document);
  return { format: format?.name ?? null, calls: [...(format?.read(document) ?? [])] };
}
