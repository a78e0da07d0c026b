import { isObject, objectAt, objectsAt, textAt } from '../../../recordings/json/json-value.js';
import type { JsonObject, JsonValue } from '../../../vocabulary/recording.js';
import type { Part } from './conversation.js';
import { formatArguments, formatValue } from './format-json.js';

/** The parts of a message in the format of any provider. */
export function partsOfMessage(message: JsonObject): Part[] {
  const content = message['content'] ?? message['parts'];
  const isResult = message['role'] === 'tool' || message['role'] === 'function';
  return [
    ...['reasoning_content', 'reasoning', 'thinking'].flatMap((key) =>
      texts('thinking', textAt(message, key)),
    ),
    ...(isResult ? [part('result', formatValue(content))] : partsOfContent(content)),
    ...texts('refusal', textAt(message, 'refusal')),
    ...objectsAt(message, 'tool_calls').map(partOfToolCall),
    ...[objectAt(message, 'function_call')].filter((call) => call !== null).map(partOfCall),
  ];
}

/** The parts of a message's content: a text, one block, or a list of them. */
export function partsOfContent(content: JsonValue | undefined): Part[] {
  if (content === undefined || content === null || content === '') return [];
  if (typeof content === 'string') return texts('text', content);
  if (Array.isArray(content)) return content.flatMap(partsOfContent);
  return isObject(content) ? partsOfBlock(content) : [part('data', String(content))];
}

const TEXT = new Set(['text', 'input_text', 'output_text']);
const THOUGHT = new Set(['thinking', 'thought', 'reasoning', 'reasoning_text', 'summary_text']);
const CALL = /^(tool_use|server_tool_use|function_call|mcp_call|custom_tool_call)$/;
/** The calls of tools that Gemini runs in an interaction. */
const INTERACTION_CALL =
  /^(google_search|google_maps|code_execution|url_context|file_search|mcp_server_tool)_call$/;
const RESULT = /(tool_result|_call_output)$/;

/**
 * Reads an Anthropic content block, a part of an OpenAI message, an item of an OpenAI Response, a
 * Gemini part or a step of a Gemini interaction.
 */
function partsOfBlock(block: JsonObject): Part[] {
  const type = textAt(block, 'type') ?? '';
  if (type === 'message') return partsOfMessage(block);
  if (type === 'refusal') return texts('refusal', textAt(block, 'refusal'));
  if (THOUGHT.has(type)) return thoughts(block);
  if (type === 'model_output' || type === 'user_input') return partsOfContent(block['content']);
  if (CALL.test(type) || (INTERACTION_CALL.test(type) && 'arguments' in block)) return [partOfCall(block)];
  if (type.endsWith('_result') && 'result' in block) return [part('result', textOfResult(block['result']))];
  if (RESULT.test(type)) return [part('result', textOfResult(block['output'] ?? block['content']))];
  const call =
    objectAt(block, 'functionCall') ?? objectAt(block, 'function_call') ?? objectAt(block, 'toolUse');
  if (call !== null) return [partOfCall(call)];
  const response = objectAt(block, 'functionResponse') ?? objectAt(block, 'function_response');
  if (response !== null)
    return [part('result', formatValue(response['response']), textAt(response, 'name') ?? '')];
  const result = objectAt(block, 'toolResult');
  if (result !== null) return [part('result', textOfResult(result['content']))];
  if (typeof block['text'] === 'string' && (type === '' || TEXT.has(type))) {
    return texts(block['thought'] === true ? 'thinking' : 'text', block['text']);
  }
  return [part('data', formatValue(block), type)];
}

function thoughts(block: JsonObject): Part[] {
  const said = ['thinking', 'text'].flatMap((key) => texts('thinking', textAt(block, key)));
  const listed = [...objectsAt(block, 'summary'), ...objectsAt(block, 'content')];
  return [...said, ...listed.flatMap((inner) => texts('thinking', textAt(inner, 'text')))];
}

/** OpenAI and Ollama nest the function under `function`, and custom tools under `custom`. */
function partOfToolCall(call: JsonObject): Part {
  return partOfCall(objectAt(call, 'function') ?? objectAt(call, 'custom') ?? call);
}

function partOfCall(call: JsonObject): Part {
  const given = call['arguments'] ?? call['input'] ?? call['args'] ?? {};
  return part('call', formatArguments(given), textAt(call, 'name') ?? textAt(call, 'type') ?? 'tool');
}

function textOfResult(content: JsonValue | undefined): string {
  const parts = partsOfContent(content);
  return parts.every(({ kind }) => kind === 'text')
    ? parts.map(({ text }) => text).join('\n')
    : formatValue(content);
}

function texts(kind: Part['kind'], text: string | null): Part[] {
  return text === null || text === '' ? [] : [part(kind, text)];
}

export function part(kind: Part['kind'], text: string, name = ''): Part {
  return { kind, name, text };
}
