import type { Exchange } from '../../vocabulary/recording.js';
import { formatOf } from '../formats/known-formats.js';
import { openDocument } from '../json/open-document.js';
import { answerOf } from '../reassembly/reassemble-response.js';

/**
 * Reads a recording for comparison with another: the request parsed, the response as a test would see it.
 * Never throws; says why when the bytes are no recording of a known format.
 */
export function readExchange(bytes: Uint8Array): Exchange | { problem: string } {
  const document = openDocument(bytes);
  if ('problem' in document) return document;
  const format = formatOf(document);
  if (format === null) return { problem: 'no known recording format' };
  const call = format.read(document);
  return {
    format: format.name,
    testId: call.testId,
    model: call.model,
    endpoint: call.endpoint,
    request: call.request,
    answer: answerOf(call),
    bookkeeping: call.bookkeeping,
  };
}
