import type { JsonObject } from '../../../vocabulary/recording.js';
import { objectAt, textAt } from '../../json/json-value.js';
import { append, listIn, mergeFields, ownCopy } from '../merging/merge-fields.js';
import type { ApiFamily } from './api-family.js';

/** Cohere's chat, version 1: a text, with tool calls beside it. */
export const cohereChatV1: ApiFamily = {
  shape: 'cohere',
  isComplete: (body) =>
    typeof body['text'] === 'string' && ('generation_id' in body || Array.isArray(body['chat_history'])),
  toAnswerBody: (body) => body,
  stream: { isChunk: (event) => EVENTS.has(textAt(event, 'event_type') ?? ''), assemble },
  textOf: (body) => textAt(body, 'text'),
};

const EVENTS = new Set([
  'stream-start',
  'search-queries-generation',
  'search-results',
  'text-generation',
  'citation-generation',
  'tool-calls-chunk',
  'tool-calls-generation',
  'stream-end',
]);

/** Fields of events that are complete or whose lists grow. */
const LISTS = ['search_queries', 'search_results', 'documents', 'citations', 'tool_calls'];

/** The last event normally has the complete response; a truncated stream is rebuilt from its events. */
function assemble(events: JsonObject[]): JsonObject {
  const body: JsonObject = { text: '' };
  let complete: JsonObject | null = null;
  for (const event of events) {
    const name = textAt(event, 'event_type');
    if (name === 'stream-start') mergeFields(body, { generation_id: event['generation_id'] ?? null });
    if (name === 'text-generation')
      body['text'] = (textAt(body, 'text') ?? '') + (textAt(event, 'text') ?? '');
    for (const key of LISTS) {
      const items = event[key];
      if (Array.isArray(items) && EVENTS.has(name ?? '')) append(listIn(body, key), items);
    }
    if (name === 'stream-end') {
      mergeFields(body, { finish_reason: event['finish_reason'] ?? null });
      complete = objectAt(event, 'response') ?? complete;
    }
    if (event['error'] !== undefined) body['error'] = ownCopy(event['error']);
  }
  return complete === null ? body : { ...body, ...(ownCopy(complete) as JsonObject) };
}
