import { isObject, objectAt, objectsAt, textAt } from '../../recordings/json/json-value.js';
import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';
import { itemResult } from './answered-results.js';
import type { ToolResult } from './tool-result.js';

/** The tool results that a request sends to the model, in order, in the format of any provider. */
export function requestedResults(request: JsonObject): ToolResult[] {
  const body = requestBody(request);
  const items = ['messages', 'input', 'contents', 'turns'].flatMap((key) => objectsAt(body, key));
  const names = new Map<string, string>();
  const results: ToolResult[] = [];
  for (const item of items) {
    for (const [id, name] of callsIn(item)) names.set(id, name);
    results.push(...resultsIn(item, (id) => (id === null ? null : (names.get(id) ?? null))));
  }
  return results;
}

type NameOf = (id: string | null) => string | null;

/** Ids and names of the tools that an earlier message calls. */
function callsIn(item: JsonObject): [id: string, name: string][] {
  const calls = [item, ...objectsAt(item, 'tool_calls'), ...partsOf(item)].map((holder) => {
    const call = objectAt(holder, 'toolUse') ?? objectAt(holder, 'functionCall') ?? holder;
    const id = textAt(call, 'call_id') ?? textAt(call, 'toolUseId') ?? textAt(call, 'id');
    const name = textAt(objectAt(call, 'function') ?? call, 'name');
    return id !== null && name !== null ? ([id, name] as [string, string]) : null;
  });
  return calls.filter((call) => call !== null);
}

function resultsIn(item: JsonObject, nameOf: NameOf): ToolResult[] {
  const role = textAt(item, 'role');
  if (role === 'tool' || role === 'function') {
    const tool = textAt(item, 'tool_name') ?? textAt(item, 'name') ?? nameOf(textAt(item, 'tool_call_id'));
    return [{ tool, value: item['content'] ?? null, isMarked: false }];
  }
  const type = textAt(item, 'type') ?? '';
  if (/^(?:function|custom_tool)_call_output$/.test(type))
    return [{ tool: nameOf(textAt(item, 'call_id')), value: item['output'] ?? null, isMarked: false }];
  return [...itemResult(item), ...partsOf(item).flatMap((part) => partResult(part, nameOf))];
}

/** Blocks of Anthropic and Bedrock messages, and parts of Gemini contents. */
function partsOf(item: JsonObject): JsonObject[] {
  return [...objectsAt(item, 'content'), ...objectsAt(item, 'parts')];
}

function partResult(part: JsonObject, nameOf: NameOf): ToolResult[] {
  if (part['type'] === 'tool_result') {
    const tool = nameOf(textAt(part, 'tool_use_id'));
    return [{ tool, value: part['content'] ?? null, isMarked: part['is_error'] === true }];
  }
  const bedrock = objectAt(part, 'toolResult');
  if (bedrock !== null) {
    const tool = nameOf(textAt(bedrock, 'toolUseId'));
    return [{ tool, value: bedrock['content'] ?? null, isMarked: bedrock['status'] === 'error' }];
  }
  const gemini = objectAt(part, 'functionResponse') ?? objectAt(part, 'function_response');
  if (gemini !== null)
    return [{ tool: textAt(gemini, 'name'), value: geminiResult(gemini['response']), isMarked: false }];
  return itemResult(part);
}

/** Gemini's convention: `{result}` or `{output}` for a success, `{error}` for a failure. */
function geminiResult(response: JsonValue | undefined): JsonValue {
  if (!isObject(response)) return response ?? null;
  const { result, output, ...rest } = response;
  return Object.keys(rest).length === 0 ? (result ?? output ?? null) : response;
}

/** The body of a recorded request; empty when it has none. */
export function requestBody(request: JsonObject): JsonObject {
  return objectAt(request, 'body') ?? objectAt(request, 'payload') ?? {};
}
