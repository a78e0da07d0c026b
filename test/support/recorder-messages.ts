import type { Json, JsonObject, Response } from './recorder.js';
import { pieces } from './recorder-answers.js';

/**
 * Responses of Anthropic's Messages API over plain HTTP. The recorder normalizes nothing, so ids
 * are unchanged.
 */

interface Message {
  id: string;
  model: string;
  content: JsonObject[];
  stop: 'end_turn' | 'tool_use';
  usage: { input_tokens: number; output_tokens: number };
}

export function message({ id, model, content, stop, usage }: Message): Response {
  const body = {
    id,
    type: 'message',
    role: 'assistant',
    model,
    content,
    stop_reason: stop,
    stop_sequence: null,
    usage,
  };
  return { status: 200, body, is_streaming: false };
}

/** A text as the lines of an event stream, cut after every `each` words. */
export function streamedMessage(
  about: Omit<Message, 'content' | 'stop'> & { text: string },
  each: number,
): Response {
  const { id, model, text, usage } = about;
  const start = {
    id,
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
  };
  const events: JsonObject[] = [
    { type: 'message_start', message: { ...start, usage: { ...usage, output_tokens: 1 } } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'ping' },
    ...pieces(text, each).map((piece) => ({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'text_delta', text: piece },
    })),
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: usage.output_tokens },
    },
    { type: 'message_stop' },
  ];
  const body: Json[] = events.flatMap((event) => [
    `event: ${String(event['type'])}`,
    `data: ${JSON.stringify(event)}`,
    '',
  ]);
  return { status: 200, body, is_streaming: true };
}

export function overloaded(requestId: string): Response {
  const error = { type: 'overloaded_error', message: 'Overloaded' };
  return { status: 529, body: { type: 'error', error, request_id: requestId }, is_streaming: false };
}
