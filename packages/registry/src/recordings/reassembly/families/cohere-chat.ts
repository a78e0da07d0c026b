import type { JsonObject } from '../../../vocabulary/recording.js';
import { integerAt, objectAt, objectsAt, textAt } from '../../json/json-value.js';
import { addDelta } from '../merging/add-delta.js';
import { IndexedBlocks } from '../merging/indexed-blocks.js';
import { listIn, mergeFields, ownCopy } from '../merging/merge-fields.js';
import type { ApiFamily } from './api-family.js';

/** Cohere's chat, version 2: a message with content blocks and tool calls. */
export const cohereChat: ApiFamily = {
  shape: 'cohere',
  isComplete: (body) => objectAt(body, 'message') !== null && 'finish_reason' in body,
  toAnswerBody: (body) => body,
  stream: { isChunk: (event) => EVENT.test(textAt(event, 'type') ?? ''), assemble },
  textOf: (body) => {
    const text = objectsAt(objectAt(body, 'message') ?? {}, 'content')
      .map((block) => textAt(block, 'text') ?? '')
      .join('');
    return text === '' ? null : text;
  },
};

const EVENT =
  /^(?:message-(?:start|end)|content-(?:start|delta|end)|tool-plan-delta|tool-call-(?:start|delta|end)|citation-(?:start|end))$/;

function assemble(events: JsonObject[]): JsonObject {
  const body: JsonObject = {};
  const message: JsonObject = { role: 'assistant' };
  const content = new IndexedBlocks();
  const calls = new IndexedBlocks();
  for (const event of events) {
    const index = integerAt(event, 'index', 0);
    const delta = objectAt(event, 'delta') ?? {};
    const piece = objectAt(delta, 'message') ?? {};
    const [block, call] = [objectAt(piece, 'content'), objectAt(piece, 'tool_calls')];
    const citation = objectAt(piece, 'citations');
    if (event['id'] !== undefined) mergeFields(body, { id: event['id'] });
    if (event['type'] === 'message-start') mergeFields(message, { role: piece['role'] ?? null });
    else if (event['type'] === 'message-end') mergeFields(body, delta);
    else if (event['type'] === 'content-start' && block !== null) content.start(index, block);
    else if (event['type'] === 'content-delta' && block !== null)
      addDelta(content.at(index, { type: 'thinking' in block ? 'thinking' : 'text' }), block);
    else if (event['type'] === 'tool-call-start' && call !== null) calls.start(index, call);
    else if (event['type'] === 'tool-call-delta' && call !== null)
      addDelta(calls.at(index, { type: 'function' }), call);
    else if (event['type'] === 'citation-start' && citation !== null)
      listIn(message, 'citations').push(ownCopy(citation));
    else if (event['type'] === 'tool-plan-delta') addDelta(message, { tool_plan: piece['tool_plan'] ?? '' });
    else if (event['type'] === 'error') body['error'] = ownCopy(event['error'] ?? event['message'] ?? null);
  }
  const [blocks, called] = [content.finish(), calls.finish()];
  if (blocks.length > 0) message['content'] = blocks;
  if (called.length > 0) message['tool_calls'] = called;
  return { finish_reason: null, ...body, message };
}
