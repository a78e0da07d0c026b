import type { JsonObject } from '../../../vocabulary/recording.js';
import { integerAt, isObject, objectAt, objectsAt, setField, textAt } from '../../json/json-value.js';
import { addDelta } from '../merging/add-delta.js';
import { mergeFields, ownCopy } from '../merging/merge-fields.js';
import type { ApiFamily } from './api-family.js';

/** OpenAI's assistants: a message or a run of a thread, a list of them, or a stream of events about a run. */
export const openaiThread: ApiFamily = {
  shape: 'thread',
  isComplete: (body) =>
    isPart(body) || (objectsAt(body, 'data').length > 0 && objectsAt(body, 'data').every(isPart)),
  toAnswerBody: (body) => body,
  stream: { isChunk: (event) => EVENT.test(textAt(event, 'object') ?? ''), assemble },
  textOf: (body) => {
    const messages = [body, ...objectsAt(body, 'data'), ...objectsAt(body, 'messages')];
    const texts = messages
      .filter((message) => message['object'] === 'thread.message')
      .flatMap((message) => objectsAt(message, 'content'))
      .map((part) => textAt(objectAt(part, 'text') ?? {}, 'value'))
      .filter((text) => text !== null);
    return texts.length > 0 ? texts.join('\n') : null;
  },
};

const PART = /^thread\.(?:message|run|run\.step)$/;
const EVENT = /^thread\.(?:message|run|run\.step)(?:\.delta)?$/;

function isPart(body: JsonObject): boolean {
  return PART.test(textAt(body, 'object') ?? '');
}

/** The last state of the run, with its messages and steps in the order in which they start. */
function assemble(events: JsonObject[]): JsonObject {
  const body: JsonObject = { object: 'thread.run' };
  const parts = new Map<string, JsonObject>();
  for (const event of events) {
    const object = textAt(event, 'object') ?? '';
    if (object === 'thread.run') mergeFields(body, event, EVENT_FIELDS);
    else if (object.endsWith('.delta')) addDeltas(partOf(parts, event, object.slice(0, -6)), event);
    else if (isPart(event)) replace(partOf(parts, event, object), event);
    else if (event['type'] === 'error') body['error'] = ownCopy(event['error'] ?? event['message'] ?? null);
  }
  const kept = [...parts.values()];
  const messages = kept.filter((part) => part['object'] === 'thread.message');
  const steps = kept.filter((part) => part['object'] === 'thread.run.step');
  return { ...body, messages, ...(steps.length > 0 ? { steps } : {}) };
}

/** The name of the event, which is not part of the run. */
const EVENT_FIELDS = new Set(['type']);

function partOf(parts: Map<string, JsonObject>, event: JsonObject, object: string): JsonObject {
  const id = textAt(event, 'id') ?? '';
  const part = parts.get(id) ?? { id, object };
  parts.set(id, part);
  return part;
}

/** A later event about a message has the whole message, but its first event has no content yet. */
function replace(part: JsonObject, event: JsonObject): void {
  for (const [key, value] of Object.entries(event)) {
    const isStarted = Array.isArray(value) && value.length === 0 && part[key] !== undefined;
    // A step has a type of its own, which replaces the name of the event.
    const isName = key === 'type' && typeof value === 'string' && value.startsWith('thread.');
    if (!isStarted && !isName) setField(part, key, ownCopy(value));
  }
}

function addDeltas(part: JsonObject, event: JsonObject): void {
  const { content, ...rest } = objectAt(event, 'delta') ?? {};
  addDelta(part, rest);
  if (!Array.isArray(content)) return;
  const list = Array.isArray(part['content']) ? part['content'] : [];
  part['content'] = list;
  for (const piece of content.filter(isObject)) {
    // Indices count up by one. A damaged stream may jump further, and must not fill memory.
    const at = Math.min(Math.max(integerAt(piece, 'index', 0), 0), list.length);
    const known = list[at];
    const { index: _index, ...fields } = piece;
    if (isObject(known)) addDelta(known, fields);
    else list[at] = ownCopy(fields);
  }
}
