import { isObject } from '../../recordings/json/json-value.js';
import type { JsonValue } from '../../vocabulary/recording.js';

/** The fields by which Gemini and Bedrock tell parts apart, in other words than a `type`, with what a reader calls them. */
const NAMES: Readonly<Record<string, string>> = {
  executableCode: 'code',
  executable_code: 'code',
  codeExecutionResult: 'result of code',
  code_execution_result: 'result of code',
  inlineData: 'file',
  inline_data: 'file',
  image: 'image',
  document: 'document',
  reasoningContent: 'reasoning',
  toolResult: 'tool result',
  toolResponse: 'tool result',
  functionResponse: 'tool result',
};

/**
 * The name of a part of a response that has no `type`: "answer", "reasoning" or what else it is; null for all other
 * values. Parts of one kind belong together.
 */
export function untypedPart(part: JsonValue | undefined): string | null {
  if (!isObject(part) || 'type' in part) return null;
  const named = Object.keys(part).find((key) => Object.hasOwn(NAMES, key) && isObject(part[key]));
  if (named !== undefined) return NAMES[named] ?? null;
  if (typeof part['text'] !== 'string') return null;
  return part['thought'] === true ? 'reasoning' : 'answer';
}
