import type { JsonObject } from '../../../vocabulary/recording.js';
import { objectAt, objectsAt, textAt } from '../../json/json-value.js';
import { mergeFields, ownCopy } from '../merging/merge-fields.js';
import type { ApiFamily } from './api-family.js';

/** Vercel's AI gateway, and streams of its AI SDK: content parts, or a text with tool calls in version 1. */
export const aiSdk: ApiFamily = {
  shape: 'language-model',
  isComplete: (body) =>
    'finishReason' in body &&
    (Array.isArray(body['content']) || typeof body['text'] === 'string' || Array.isArray(body['toolCalls'])),
  toAnswerBody: (body) => body,
  stream: { isChunk, assemble },
  textOf: (body) => {
    const parts = objectsAt(body, 'content').filter((part) => part['type'] === 'text');
    const text = parts.map((part) => textAt(part, 'text') ?? '').join('');
    return textAt(body, 'text') ?? (text === '' ? null : text);
  },
};

const PARTS = new Set(['tool-call', 'tool-result', 'file', 'source', 'source-url', 'source-document']);

function isChunk(part: JsonObject): boolean {
  const type = textAt(part, 'type') ?? '';
  if (type === 'tool-call') return textAt(part, 'toolName') !== null;
  return (
    /^(?:text|reasoning)-delta$/.test(type) ||
    /^(?:response-metadata|stream-start|tool-input-start)$/.test(type)
  );
}

const EVENT_FIELDS = new Set(['type']);

function assemble(parts: JsonObject[]): JsonObject {
  const body: JsonObject = { finishReason: null };
  const content: JsonObject[] = [];
  const open = new Map<string, JsonObject>();
  for (const part of parts) {
    const type = textAt(part, 'type') ?? '';
    const [, kind, step] = /^(text|reasoning)-(start|delta|end)$/.exec(type) ?? [];
    if (kind !== undefined && step === 'delta') addText(content, open, kind, part);
    else if (kind !== undefined && step === 'end') open.delete(`${kind} ${textAt(part, 'id') ?? ''}`);
    else if (PARTS.has(type)) content.push(ownCopy(part) as JsonObject);
    else if (type === 'response-metadata') mergeFields(body, { response: withoutType(part) });
    else if (type === 'stream-start' || type === 'finish') mergeFields(body, part, EVENT_FIELDS);
    else if (type === 'error') body['error'] = ownCopy(part['error'] ?? part['errorText'] ?? null);
    // Version 1 has no ends: any other part separates two texts.
    if (kind === undefined && PARTS.has(type)) open.clear();
  }
  return { ...body, content };
}

function addText(content: JsonObject[], open: Map<string, JsonObject>, kind: string, part: JsonObject): void {
  const key = `${kind} ${textAt(part, 'id') ?? ''}`;
  const target = open.get(key) ?? { type: kind, text: '' };
  if (!open.has(key)) content.push(target);
  open.set(key, target);
  const piece = textAt(part, 'delta') ?? textAt(part, 'textDelta') ?? '';
  target['text'] = (textAt(target, 'text') ?? '') + piece;
  const metadata = objectAt(part, 'providerMetadata');
  if (metadata !== null) mergeFields(target, { providerMetadata: metadata });
}

function withoutType({ type: _type, ...rest }: JsonObject): JsonObject {
  return rest;
}
