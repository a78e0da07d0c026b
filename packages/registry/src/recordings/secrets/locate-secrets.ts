import type { Document } from '../documents/document.js';
import type { OpenedCall, OpenedRecording } from '../reading/open-recording.js';
import type { LocatedSecret } from './found-secrets.js';
import { SecretSearch } from './secret-search.js';

/**
 * Locates every secret in a recording: in its strings, across stream chunks, in encoded text, and in the decoded
 * bodies of its calls.
 */
export function locateSecrets(bytes: Uint8Array, opened: OpenedRecording): LocatedSecret[] {
  const search = new SecretSearch();
  if (opened.kind === 'unreadable') search.file(bytes);
  else {
    search.value(opened.document.value);
    searchUnparsed(search, opened.document);
    if (opened.kind === 'recording') searchCalls(search, opened);
  }
  search.jsonTexts();
  return search.found;
}

/** Searches what the parser leaves out of the value. */
function searchUnparsed(search: SecretSearch, { text, syntax, warnings }: Document): void {
  if (syntax === 'yaml') search.comments(text);
  // The parser keeps only the last of duplicate fields; the file also has the first.
  else if (syntax === 'json' && warnings.length > 0) search.repeatedFields(text);
  else if (warnings.length > 0) search.text(text);
}

/** Searches what only the format can tell: names of headers, bodies behind bytes, and reassembled streams. */
function searchCalls(search: SecretSearch, opened: OpenedRecording & { kind: 'recording' }): void {
  const { calls, format } = opened;
  for (const [index, { call, answer }] of calls.entries()) {
    const place = (part: string) => (calls.length === 1 ? part : `exchange ${index + 1}, ${part}`);
    const { headers = null, body = null } = call.request;
    if (format.isCassette) {
      search.value(headers, { where: place('$.request.headers, decoded: '), above: ['headers'] });
      const answered = { where: place('$.response.headers, decoded: '), above: ['response', 'headers'] };
      search.value(call.response.headers, answered);
    }
    if (format.isCassette && search.hasBytes) {
      const parsesJson = true;
      search.value(body, { where: place('$.request.body, decoded: '), above: ['body'], parsesJson });
      const decoded = { where: place('$.response.body, decoded: '), above: ['response'], parsesJson };
      search.value(call.response.body, decoded);
    }
    if (isReassembled({ call, answer })) {
      search.value(answer.body, { where: place('$.response, reassembled: '), above: ['response'] });
    }
  }
}

/** Whether the reassembled response differs from the recorded one: a stream, or lines of events. */
function isReassembled({ answer, call }: OpenedCall): boolean {
  if (answer.shape === 'embeddings' || answer.shape === 'models') return false;
  const { body } = call.response;
  return answer.isStreaming || Array.isArray(body) || typeof body === 'string';
}
