import { anthropicMessage } from './anthropic-message.js';
import type { ApiFamily } from './api-family.js';
import { embeddings } from './embeddings.js';
import { geminiContent } from './gemini-content.js';
import { modelList } from './model-list.js';
import { ollama } from './ollama.js';
import { openaiChat } from './openai-chat.js';
import { openaiCompletion } from './openai-completion.js';
import { openaiResponse } from './openai-response.js';

/** Asked in this order; the first that knows the content takes it. */
export const FAMILIES: readonly ApiFamily[] = [
  openaiChat,
  openaiCompletion,
  openaiResponse,
  anthropicMessage,
  geminiContent,
  ollama,
  embeddings,
  modelList,
];

/** What an endpoint answers with, for answers that are too empty to tell by themselves. */
const ENDPOINTS: readonly [endpoint: RegExp, family: ApiFamily][] = [
  [/\/chat\/completions$/, openaiChat],
  [/\/completions$/, openaiCompletion],
  [/\/embed(?:dings)?$/, embeddings],
  [/\/models$|\/api\/(?:tags|ps)$/, modelList],
];

/** The family that an endpoint belongs to; null when its answers tell themselves, or nothing is known. */
export function familyOfEndpoint(endpoint: string | null): ApiFamily | null {
  if (endpoint === null) return null;
  return ENDPOINTS.find(([pattern]) => pattern.test(endpoint))?.[1] ?? null;
}
