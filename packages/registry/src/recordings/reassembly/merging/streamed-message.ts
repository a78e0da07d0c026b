import type { JsonObject } from '../../../vocabulary/recording.js';
import { isObject, objectsAt, textAt } from '../../json/json-value.js';
import { addDelta, addFunction } from './add-delta.js';
import { ToolCalls } from './streamed-tool-calls.js';

/** Builds a chat message from its deltas, including tool calls. */
export class StreamedMessage {
  private readonly message: JsonObject = {};
  private readonly toolCalls = new ToolCalls();

  add(delta: JsonObject): void {
    const { tool_calls: calls, function_call: called, ...rest } = delta;
    addDelta(this.message, rest);
    if (isObject(called)) addFunction(this.message, 'function_call', called);
    if (Array.isArray(calls)) for (const piece of objectsAt(delta, 'tool_calls')) this.toolCalls.add(piece);
  }

  /**
   * The message as the API returns it without streaming: `content` is null when the message has no
   * text.
   */
  finish(): JsonObject {
    const message: JsonObject = { ...this.message, role: textAt(this.message, 'role') ?? 'assistant' };
    const calls = this.toolCalls.finish();
    if (calls.length > 0) message['tool_calls'] = calls;
    const hasOtherContent =
      calls.length > 0 || isObject(message['function_call']) || textAt(message, 'refusal') !== null;
    if (message['content'] === undefined || (message['content'] === '' && hasOtherContent))
      message['content'] = null;
    return message;
  }
}
