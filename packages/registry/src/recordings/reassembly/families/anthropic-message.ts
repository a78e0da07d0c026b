import type { JsonObject } from '../../../vocabulary/recording.js';
import { integerAt, objectAt, objectsAt, textAt } from '../../json/json-value.js';
import { IndexedBlocks } from '../merging/indexed-blocks.js';
import { listIn, mergeFields, ownCopy } from '../merging/merge-fields.js';
import { StreamedInputs } from '../merging/tool-input.js';
import type { ApiFamily } from './api-family.js';

/** Anthropic messages: content blocks that events start, extend by deltas and stop. */
export const anthropicMessage: ApiFamily = {
  shape: 'message',
  isComplete: (body) => body['type'] === 'message' && Array.isArray(body['content']),
  toAnswerBody: (body) => body,
  stream: { isChunk: (event) => EVENTS.has(textAt(event, 'type') ?? ''), assemble },
  textOf: (body) => {
    const text = objectsAt(body, 'content')
      .map((block) => textAt(block, 'text') ?? '')
      .join('');
    return text === '' ? null : text;
  },
};

const EVENTS = new Set([
  'message_start',
  'message_delta',
  'message_stop',
  'content_block_start',
  'content_block_delta',
  'content_block_stop',
]);

/** Type of a block whose start event is missing, by the type of its delta. */
const TYPES: Record<string, string> = { thinking_delta: 'thinking', input_json_delta: 'tool_use' };

function assemble(events: JsonObject[]): JsonObject {
  const message: JsonObject = { type: 'message', role: 'assistant' };
  const blocks = new IndexedBlocks();
  const inputs = new StreamedInputs();
  for (const event of events) {
    const index = integerAt(event, 'index', 0);
    const start = objectAt(event, 'message');
    const block = objectAt(event, 'content_block');
    const delta = objectAt(event, 'delta');
    if (event['type'] === 'message_start' && start !== null) mergeFields(message, start);
    else if (event['type'] === 'message_delta') mergeFields(message, { ...delta, ...usageOf(event) });
    else if (event['type'] === 'content_block_start' && block !== null) blocks.start(index, block);
    else if (event['type'] === 'content_block_delta' && delta !== null)
      addDelta(blocks.at(index, { type: TYPES[textAt(delta, 'type') ?? ''] ?? 'text' }), delta, inputs);
    else if (event['type'] === 'error') message['error'] = event['error'] ?? null;
  }
  inputs.finish('input');
  return { ...message, content: blocks.finish() };
}

function usageOf(event: JsonObject): JsonObject {
  const usage = objectAt(event, 'usage');
  return usage === null ? {} : { usage };
}

function addDelta(block: JsonObject, delta: JsonObject, inputs: StreamedInputs): void {
  const json = delta['partial_json'];
  if (typeof json === 'string') inputs.add(block, json);
  for (const key of ['text', 'thinking', 'signature', 'content']) {
    const piece = delta[key];
    if (typeof piece === 'string') block[key] = (textAt(block, key) ?? '') + piece;
  }
  const citation = objectAt(delta, 'citation');
  if (citation !== null) listIn(block, 'citations').push(ownCopy(citation));
}
