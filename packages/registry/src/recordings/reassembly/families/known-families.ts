import { aiSdk } from './ai-sdk.js';
import { anthropicMessage } from './anthropic-message.js';
import type { ApiFamily } from './api-family.js';
import { bedrockConverse } from './bedrock-converse.js';
import { cohereChat } from './cohere-chat.js';
import { cohereChatV1 } from './cohere-chat-v1.js';
import { embeddings } from './embeddings.js';
import { geminiContent } from './gemini-content.js';
import { images } from './images.js';
import { interaction } from './interaction.js';
import { modelList } from './model-list.js';
import { moderation } from './moderation.js';
import { ollama } from './ollama.js';
import { openaiChat } from './openai-chat.js';
import { openaiCompletion } from './openai-completion.js';
import { openaiResponse } from './openai-response.js';
import { openaiThread } from './openai-thread.js';
import { rerank } from './rerank.js';
import { textGeneration } from './text-generation.js';
import { tokenCount } from './token-count.js';
import { transcription } from './transcription.js';

/** In order of precedence: the first family that matches the content is used. */
export const FAMILIES: readonly ApiFamily[] = [
  openaiChat,
  openaiCompletion,
  openaiResponse,
  openaiThread,
  anthropicMessage,
  interaction,
  // Before Gemini's content: Gemini's embeddings have `usageMetadata`, too.
  embeddings,
  geminiContent,
  ollama,
  bedrockConverse,
  cohereChat,
  cohereChatV1,
  aiSdk,
  modelList,
  images,
  moderation,
  rerank,
  tokenCount,
  transcription,
  // Last: its texts are at the most ordinary places.
  textGeneration,
];

/** The family of an endpoint, for responses without enough content to recognise. */
const ENDPOINTS: readonly [endpoint: RegExp, family: ApiFamily][] = [
  [/\/chat\/completions$/, openaiChat],
  [/\/completions$/, openaiCompletion],
  [/\/interactions$/, interaction],
  [/\/embed(?:dings)?$/, embeddings],
  [/\/models$|\/api\/(?:tags|ps)$/, modelList],
];

/**
 * The family of an endpoint; null for other endpoints, whose responses are recognised by content.
 */
export function familyOfEndpoint(endpoint: string | null): ApiFamily | null {
  if (endpoint === null) return null;
  return ENDPOINTS.find(([pattern]) => pattern.test(endpoint))?.[1] ?? null;
}
