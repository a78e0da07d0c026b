import { bytesIn } from '../../packages/registry/dist/recordings/documents/binary.js';
import { headerOf } from '../../packages/registry/dist/recordings/http/headers.js';
import { isObject } from '../../packages/registry/dist/recordings/json/json-value.js';
import type { OpenedCall } from '../../packages/registry/dist/recordings/reading/open-recording.js';
import { toolCallOf } from '../../packages/registry/dist/review/answers/compare-tool-calls.js';
import type { JsonValue } from '../../packages/registry/dist/vocabulary/recording.js';

/** Shapes whose content is no text: vectors, scores, images, verdicts, counts. */
const OTHER: ReadonlySet<string> = new Set(['embeddings', 'rerank', 'images', 'moderation', 'token-count']);

/** What the registry sees in a response: text or tool calls, content of another kind, or nothing. */
export function contentOf({ call, answer }: OpenedCall): 'text' | 'other' | null {
  if (OTHER.has(answer.shape)) return 'other';
  const type = headerOf(call.response.headers, 'content-type');
  if (type !== null && /^(?:audio|image|video)\//.test(type) && bytesIn(answer.body) !== null) return 'other';
  // The text of an unknown shape is the body itself, in which nothing was recognised.
  if (answer.shape === 'unknown') return null;
  return answer.text !== null || hasToolCall(answer.body) ? 'text' : null;
}

function hasToolCall(value: JsonValue): boolean {
  if (toolCallOf(value) !== null) return true;
  if (Array.isArray(value)) return value.some(hasToolCall);
  return isObject(value) && Object.values(value).some(hasToolCall);
}
