import type { JsonObject } from '../../../vocabulary/recording.js';
import { objectAt, objectsAt, textAt } from '../../json/json-value.js';
import type { ApiFamily } from './api-family.js';
import { rebuildOutput } from './openai-response-output.js';

/** OpenAI Responses: a stream of events whose last one normally has the complete response. */
export const openaiResponse: ApiFamily = {
  shape: 'response',
  isComplete: (body) => body['object'] === 'response' || body['object'] === 'response.compaction',
  toAnswerBody: (body) => body,
  stream: { isChunk: (event) => textAt(event, 'type')?.startsWith('response.') === true, assemble },
  textOf: (body) => {
    const parts = objectsAt(body, 'output').flatMap((item) => objectsAt(item, 'content'));
    return textOfParts(parts, 'text') ?? textOfParts(parts, 'refusal');
  },
};

const FINAL = new Set(['response.completed', 'response.incomplete', 'response.failed', 'response.cancelled']);

/** A truncated stream has only the initial response, so its output is rebuilt from the events. */
function assemble(events: JsonObject[]): JsonObject {
  const states = events.filter((event) => objectAt(event, 'response') !== null);
  const last = states.findLast((event) => FINAL.has(textAt(event, 'type') ?? '')) ?? states.at(-1);
  const body: JsonObject = { object: 'response', ...(last && objectAt(last, 'response')) };
  if (objectsAt(body, 'output').length === 0) body['output'] = rebuildOutput(events);
  const error = events.find((event) => event['type'] === 'error');
  if (error !== undefined && !body['error']) {
    body['error'] = { code: error['code'] ?? null, message: error['message'] ?? null };
  }
  return body;
}

function textOfParts(parts: JsonObject[], key: string): string | null {
  const texts = parts.map((part) => textAt(part, key)).filter((text) => text !== null);
  return texts.length > 0 ? texts.join('\n') : null;
}
