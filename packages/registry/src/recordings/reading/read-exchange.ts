import type { Exchange } from '../../vocabulary/recording.js';
import { findFormat } from '../formats/known-formats.js';
import { openDocument } from '../json/open-document.js';
import { reassembleResponse } from '../reassembly/reassemble-response.js';

/**
 * Reads a recording for comparison: the parsed request, and the response as a test sees it.
 * Never throws: returns the problem when the bytes are not a recording of a known format.
 */
export function readExchange(bytes: Uint8Array): Exchange | { problem: string } {
  const document = openDocument(bytes);
  if ('problem' in document) return document;
  const format = findFormat(document);
  if (format === null) return { problem: 'not a known recording format' };
  const call = format.read(document);
  return {
    format: format.name,
    testId: call.testId,
    model: call.model,
    endpoint: call.endpoint,
    request: call.request,
    answer: reassembleResponse(call),
    bookkeeping: call.bookkeeping,
  };
}
