import { isObject, objectAt, objectsAt, textAt } from '../../recordings/json/json-value.js';
import type { AnswerShape, Exchange, JsonObject, JsonValue } from '../../vocabulary/recording.js';
import { SERVICE_EMPTINESS } from './empty-service-answer.js';
import { isInteraction } from './error-answer.js';
import { requestBody } from './requested-results.js';

/**
 * Finds a success that says nothing: without text, tool call, refusal, image, audio or other output. Returns
 * which kind of nothing, empty for plain emptiness; null for a response that says something. Reasoning is not
 * an answer, because tests read the text: a response with nothing else is empty.
 */
export function findEmptiness(exchange: Exchange): string | null {
  const { shape, body } = exchange.answer;
  if (isObject(body) && isInteraction(body)) return interactionEmptiness(body);
  if (shape !== 'unknown' && isObject(body)) return BY_SHAPE[shape]?.(body, exchange) ?? null;
  if (shape === 'tool') return isNothing(body) ? '' : null;
  return unknownEmptiness(body, exchange);
}

type Finder = (body: JsonObject, exchange: Exchange) => string | null;

const BY_SHAPE: Partial<Record<AnswerShape, Finder>> = {
  chat: (body) => emptiness(objectsAt(body, 'choices').map((choice) => chatOutput(choice))),
  completion: (body) => emptiness(objectsAt(body, 'choices').map((choice) => textOutput(choice['text']))),
  response: responseEmptiness,
  message: (body) =>
    body['stop_reason'] === 'refusal' ? null : emptiness(objectsAt(body, 'content').map(partOutput)),
  gemini: geminiEmptiness,
  interaction: interactionEmptiness,
  ollama: ollamaEmptiness,
  embeddings: (body, { request }) => {
    const input = requestBody(request)['input'];
    // Nothing was asked for.
    if (isNothing(input) && input !== undefined) return null;
    const items = objectsAt(body, 'data');
    if (items.length === 0) return 'no embeddings';
    return items.some((item) => isEmptyEmbedding(item['embedding'])) ? 'an embedding of zeros' : null;
  },
  models: (body, { endpoint }) => {
    // The running models; there may be none.
    const mayBeEmpty = endpoint?.endsWith('/api/ps') === true;
    return objectsAt(body, 'data').length > 0 || mayBeEmpty ? null : 'no models';
  },
  ...SERVICE_EMPTINESS,
  tool: (body) => {
    const hasOther = Object.entries(body).some(([key, value]) => key !== 'content' && !isNothing(value));
    return isNothing(body['content']) && !hasOther ? '' : null;
  },
};

/** What a part of a response holds. */
type Output = 'answer' | 'reasoning' | 'nothing';

function emptiness(outputs: Output[]): string | null {
  if (outputs.includes('answer')) return null;
  return outputs.includes('reasoning') ? 'only reasoning' : '';
}

function chatOutput(choice: JsonObject): Output {
  const message = objectAt(choice, 'message') ?? {};
  const { content } = message;
  const parts = Array.isArray(content) ? content.filter(isObject).map(partOutput) : [textOutput(content)];
  const others = ['tool_calls', 'function_call', 'refusal', 'audio', 'images', 'executed_tools'];
  if (parts.includes('answer') || others.some((key) => !isNothing(message[key]))) return 'answer';
  const reasoning = ['reasoning', 'reasoning_content', 'reasoning_details', 'thinking_blocks'];
  const hasReasoning = parts.includes('reasoning') || reasoning.some((key) => !isNothing(message[key]));
  return hasReasoning ? 'reasoning' : 'nothing';
}

const REASONING_TYPES = new Set(['thinking', 'redacted_thinking', 'reasoning', 'thought', 'reasoning_text']);

/** A part of a message, a block, or an item. Any type that is neither text nor reasoning is an answer. */
function partOutput(part: JsonObject): Output {
  if (REASONING_TYPES.has(textAt(part, 'type') ?? '') || part['thought'] === true) return 'reasoning';
  const { text, refusal } = part;
  if (typeof refusal === 'string' && refusal !== '') return 'answer';
  if (typeof text === 'string') return textOutput(text);
  const fields = Object.keys(part).filter((key) => !/^(?:type|thought_?signature)$/i.test(key));
  return fields.some((key) => !isNothing(part[key])) ? 'answer' : 'nothing';
}

function textOutput(text: JsonValue | undefined): Output {
  return typeof text === 'string' && text.trim() !== '' ? 'answer' : 'nothing';
}

/** A response that still runs, or that was cancelled, has no output yet. */
function responseEmptiness(body: JsonObject): string | null {
  if ((textAt(body, 'status') ?? 'completed') !== 'completed' || body['deleted'] === true) return null;
  return emptiness(
    objectsAt(body, 'output').map((item) => {
      if (item['type'] === 'mcp_list_tools') return 'nothing';
      if (item['type'] !== 'message') return item['type'] === 'reasoning' ? 'reasoning' : 'answer';
      const outputs = objectsAt(item, 'content').map(partOutput);
      return outputs.includes('answer') ? 'answer' : 'nothing';
    }),
  );
}

/** Fields of a response around its candidates. With any other field it is the response of another call. */
const GEMINI_FIELDS = /^(?:candidates|(?:usage|model|response|create|prompt|sdk)_?\w+)$/i;

function geminiEmptiness(body: JsonObject): string | null {
  const isGenerated =
    Array.isArray(body['candidates']) || Object.keys(body).every((key) => GEMINI_FIELDS.test(key));
  if (!isGenerated) return null;
  const parts = objectsAt(body, 'candidates').flatMap((candidate) =>
    objectsAt(objectAt(candidate, 'content') ?? {}, 'parts'),
  );
  return emptiness(parts.map(partOutput));
}

function ollamaEmptiness(body: JsonObject, exchange: Exchange): string | null {
  // A call without a prompt loads or unloads the model.
  const isLoading = body['done_reason'] === 'load' || body['done_reason'] === 'unload';
  const { prompt, messages } = requestBody(exchange.request);
  if (isLoading || (isNothing(prompt) && isNothing(messages))) return null;
  const message = objectAt(body, 'message') ?? {};
  const texts = [textOutput(body['response']), textOutput(message['content'])];
  if (texts.includes('answer')) return null;
  if (['tool_calls', 'images'].some((key) => !isNothing(message[key])) || !isNothing(body['image']))
    return null;
  return isNothing(body['thinking']) && isNothing(message['thinking']) ? '' : 'only reasoning';
}

/** Endpoints whose response is one list, or one text. */
const LIST_ENDPOINT = /\/(?:images\/\w+|moderations|rerank|embeddings?)$/;
const TEXT_ENDPOINT = /\/audio\/(?:transcriptions|translations)$/;
const NO_CONTENT = new Set([204, 205, 304]);

function unknownEmptiness(body: JsonValue, { request, answer, endpoint }: Exchange): string | null {
  const method = textAt(request, 'method')?.toUpperCase() ?? '';
  if (method !== 'POST' || NO_CONTENT.has(answer.status ?? 0)) return null;
  if (isNothing(body)) return '';
  if (!isObject(body)) return null;
  const list = body['data'] ?? body['results'];
  if (LIST_ENDPOINT.test(endpoint ?? '') && Array.isArray(list)) return list.length === 0 ? '' : null;
  if (TEXT_ENDPOINT.test(endpoint ?? '') && typeof body['text'] === 'string')
    return textOutput(body['text']) === 'nothing' ? '' : null;
  return null;
}

/** Gemini's Interactions API, with outputs or with steps. An interaction that still runs has no output yet. */
function interactionEmptiness(body: JsonObject): string | null {
  if (body['status'] !== 'completed') return null;
  const steps = objectsAt(body, 'steps').filter((step) => step['type'] !== 'user_input');
  const parts = steps.flatMap((step) =>
    step['type'] === 'model_output' ? objectsAt(step, 'content') : [step],
  );
  return emptiness([...objectsAt(body, 'outputs'), ...parts].map(partOutput));
}

/** Null, and lists, objects and texts without content. */
function isNothing(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null || value === false) return true;
  if (typeof value === 'string') return value.trim() === '';
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}

/** Whether an embedding has no direction: no numbers, or only zeros, as a list or as base64 text. */
function isEmptyEmbedding(embedding: JsonValue | undefined): boolean {
  if (Array.isArray(embedding)) return embedding.every((number) => number === 0);
  // `A` is six zero bits.
  return typeof embedding === 'string' && /^A*=*$/.test(embedding);
}
