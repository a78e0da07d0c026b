import { createHash } from 'node:crypto';
import type { Json, JsonObject, Response } from './recorder.js';

/** Responses of providers, in the shapes that their client libraries produce. */

export interface ToolUse {
  id: string;
  name: string;
  arguments: JsonObject;
}

interface ChatAnswer {
  text?: string;
  tools?: ToolUse[];
  refusal?: string;
  finish?: string;
  /** Tokens of the prompt and of the response. */
  usage: [number, number];
  fingerprint?: string;
}

const CHAT = 'openai.types.chat.chat_completion.ChatCompletion';
const CHUNK = 'openai.types.chat.chat_completion_chunk.ChatCompletionChunk';

export function chat(model: string, answer: ChatAnswer): Response {
  const message = {
    content: answer.text ?? null,
    refusal: answer.refusal ?? null,
    role: 'assistant',
    annotations: null,
    audio: null,
    function_call: null,
    tool_calls:
      answer.tools?.map(({ id, ...tool }) => ({ id, function: called(tool), type: 'function' })) ?? null,
  };
  const choice = { finish_reason: finishOf(answer), index: 0, logprobs: null, message };
  return plain(CHAT, {
    ...about(model, 'chat.completion', answer),
    choices: [choice],
    usage: usage(answer.usage),
  });
}

/**
 * The same response as a stream: the text is cut after every `each` words; a tool call has its name
 * first and then its arguments.
 */
export function streamedChat(model: string, answer: ChatAnswer, each = 4): Response {
  const deltas: JsonObject[] = [
    ...pieces(answer.text ?? '', each).map((content) => ({ content })),
    ...(answer.tools ?? []).flatMap(({ id, ...tool }, index) => {
      const { name, arguments: text } = called(tool);
      return [
        { tool_calls: [{ index, id, function: { arguments: '', name }, type: 'function' }] },
        { tool_calls: [{ index, id: null, function: { arguments: text, name: null }, type: null }] },
      ];
    }),
  ];
  const chunk = (choices: Json[], used: Json = null) =>
    wrapped(CHUNK, { ...about(model, 'chat.completion.chunk', answer), choices, usage: used });
  const choice = (delta: JsonObject, finish: string | null = null) => ({
    delta: {
      content: null,
      function_call: null,
      refusal: null,
      role: 'assistant',
      tool_calls: null,
      ...delta,
    },
    finish_reason: finish,
    index: 0,
    logprobs: null,
  });
  const body = [
    ...deltas.map((delta) => chunk([choice(delta)])),
    chunk([choice({}, finishOf(answer))]),
    chunk([], usage(answer.usage)),
  ];
  return { body, is_streaming: true };
}

const COMPLETION = 'openai.types.completion.Completion';

export function completion(model: string, text: string, used: [number, number]): Response {
  const choice = { finish_reason: 'stop', index: 0, logprobs: null, text };
  const { service_tier: _, ...head } = about(model, 'text_completion', {});
  return plain(COMPLETION, { ...head, choices: [choice], usage: usage(used) });
}

export function streamedCompletion(model: string, text: string): Response {
  const { service_tier: _, ...head } = about(model, 'text_completion', {});
  const piece = (part: string, finish: string | null) =>
    wrapped(COMPLETION, {
      ...head,
      choices: [{ finish_reason: finish, index: 0, logprobs: null, text: part }],
      usage: null,
    });
  return {
    body: [...pieces(text, 2).map((part) => piece(part, null)), piece('', 'stop')],
    is_streaming: true,
  };
}

/** Vectors of eight numbers, derived from the texts, so that a text always has the same vector. */
export function embeddings(model: string, texts: string[]): Response {
  const data = texts.map((text, index) => ({ embedding: vectorOf(text), index, object: 'embedding' }));
  const tokens = texts.reduce((sum, text) => sum + text.split(' ').length, 0);
  return plain('openai.types.create_embedding_response.CreateEmbeddingResponse', {
    data,
    model,
    object: 'list',
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  });
}

/** The output of OpenAI's library: the models, without a list around them. */
export function modelList(models: { id: string; created: number; owned_by: string }[]): Response {
  const body = models.map((model) => wrapped('openai.types.model.Model', { ...model, object: 'model' }));
  return { body, is_streaming: false };
}

export function toolResult(result: JsonObject): Response {
  return plain('llama_stack_api.tools.ToolInvocationResult', {
    content: JSON.stringify(result),
    error_message: null,
    error_code: null,
    metadata: null,
  });
}

/** A failed call, in the form in which the recorder stores the exception of the client library. */
export function providerError(type: string, status: number, error: JsonObject): Response {
  const message = `Error code: ${status} - ${String(error['message'])}`;
  return {
    body: null,
    is_streaming: false,
    is_exception: true,
    exception_data: {
      category: 'provider_sdk',
      provider: 'openai',
      type,
      message,
      status_code: status,
      body: error,
    },
    exception_message: message,
  };
}

function finishOf({ finish, tools }: ChatAnswer): string {
  return finish ?? (tools === undefined ? 'stop' : 'tool_calls');
}

function called(tool: Omit<ToolUse, 'id'>): { arguments: string; name: string } {
  return { arguments: JSON.stringify(tool.arguments), name: tool.name };
}

/** The recorder writes id and time. */
function about(model: string, object: string, { fingerprint }: { fingerprint?: string }): JsonObject {
  const local = model.includes(':');
  return {
    id: '',
    choices: [],
    created: 0,
    model,
    object,
    service_tier: local ? null : 'default',
    system_fingerprint: local ? 'fp_ollama' : (fingerprint ?? 'fp_4a1e0b9d72'),
  };
}

function usage([prompt, answer]: [number, number]): JsonObject {
  return {
    completion_tokens: answer,
    prompt_tokens: prompt,
    total_tokens: prompt + answer,
    completion_tokens_details: null,
    prompt_tokens_details: null,
  };
}

function plain(type: string, data: JsonObject): Response {
  return { body: wrapped(type, data), is_streaming: false };
}

function wrapped(type: string, data: JsonObject): JsonObject {
  return { __type__: type, __data__: data };
}

/** Cuts a text after this many words; the pieces contain all of it. */
export function pieces(text: string, words: number): string[] {
  return text.match(new RegExp(`(?:\\S+\\s*){1,${words}}`, 'g')) ?? [];
}

function vectorOf(text: string): number[] {
  const bytes = createHash('sha256').update(text).digest();
  // Odd thousandths are never a whole number, which Python would write with `.0`.
  return Array.from({ length: 8 }, (_, index) => ((bytes[index] ?? 0) * 2 - 255) / 1000);
}
