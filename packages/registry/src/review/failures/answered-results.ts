import { isObject, objectAt, objectsAt, textAt } from '../../recordings/json/json-value.js';
import type { Exchange, JsonObject } from '../../vocabulary/recording.js';
import type { ToolResult } from './tool-result.js';

/** The tool results of a response: the result of a recorded tool, or of tools that the provider ran. */
export function answeredResults({ request, answer }: Exchange): ToolResult[] {
  const { shape, body } = answer;
  if (shape === 'tool') return [{ tool: textAt(request, 'tool_name'), value: body, isMarked: false }];
  if (!isObject(body)) return [];
  const items = ['output', 'outputs', 'steps', 'content'].flatMap((field) => objectsAt(body, field));
  return [...items.flatMap(itemResult), ...objectsAt(body, 'candidates').flatMap(executedCode)];
}

/** Items of a Responses API for which the provider runs the tool. */
const RUN_BY_PROVIDER =
  /^(?:mcp|web_search|file_search|code_interpreter|image_generation)_call$|^mcp_list_tools$/;

/** The result in an item of a response or an interaction, or in a block of a message. */
export function itemResult(item: JsonObject): ToolResult[] {
  const type = textAt(item, 'type') ?? '';
  if (RUN_BY_PROVIDER.test(type)) {
    const isFailed = item['status'] === 'failed' || hasError(item);
    const tool = textAt(item, 'name') ?? type.replace(/_call$/, '');
    const value = isFailed || type === 'mcp_call' ? item : null;
    return value === null ? [] : [{ tool, value, isMarked: isFailed }];
  }
  // `web_search_tool_result` with `web_search_tool_result_error` as its content, and its siblings.
  const content = objectAt(item, 'content');
  const error = content && /_tool_result_error$/.test(textAt(content, 'type') ?? '') ? content : null;
  if (error) return [{ tool: type.replace(/_tool_result$/, ''), value: error, isMarked: true }];
  if (/^(?:function|code_execution|mcp_server_tool|google_search|url_context)_result$/.test(type))
    return [
      { tool: textAt(item, 'name'), value: item['result'] ?? item, isMarked: item['is_error'] === true },
    ];
  if (type === 'mcp_tool_result') return [{ tool: null, value: item, isMarked: item['is_error'] === true }];
  return [];
}

function hasError(item: JsonObject): boolean {
  const { error } = item;
  return typeof error === 'string' ? error !== '' : isObject(error) && Object.keys(error).length > 0;
}

/** Code that Gemini ran. */
function executedCode(candidate: JsonObject): ToolResult[] {
  return objectsAt(objectAt(candidate, 'content') ?? {}, 'parts').flatMap((part) => {
    const result = objectAt(part, 'codeExecutionResult') ?? objectAt(part, 'code_execution_result');
    const outcome = result && textAt(result, 'outcome');
    const isFailed = outcome === 'OUTCOME_FAILED' || outcome === 'OUTCOME_DEADLINE_EXCEEDED';
    return result && isFailed ? [{ tool: 'code_execution', value: result, isMarked: true }] : [];
  });
}
