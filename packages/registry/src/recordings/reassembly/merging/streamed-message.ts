import type { JsonObject } from '../../../vocabulary/recording.js';
import { isObject, objectsAt, textAt } from '../../json/json-value.js';
import { addDelta, addFunction } from './add-delta.js';
import { ToolCalls } from './streamed-tool-calls.js';

/** A chat message in the making: texts grow with every delta, tool calls are pieced together. */
export class StreamedMessage {
  private readonly message: JsonObject = {};
  private readonly toolCalls = new ToolCalls();

  add(delta: JsonObject): void {
    const { tool_calls: calls, function_call: called, ...rest } = delta;
    addDelta(this.message, rest);
    if (isObject(called)) addFunction(this.message, 'function_call', called);
    if (Array.isArray(calls)) for (const piece of objectsAt(delta, 'tool_calls')) this.toolCalls.add(piece);
  }

  /** The message as the API returns it whole. One that says something other than text has `null` for its content there. */
  finish(): JsonObject {
    const message: JsonObject = { ...this.message, role: textAt(this.message, 'role') ?? 'assistant' };
    const calls = this.toolCalls.finished();
    if (calls.length > 0) message['tool_calls'] = calls;
    const saysOtherwise =
      calls.length > 0 || isObject(message['function_call']) || textAt(message, 'refusal') !== null;
    if (message['content'] === undefined || (message['content'] === '' && saysOtherwise))
      message['content'] = null;
    return message;
  }
}
