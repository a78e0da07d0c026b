import type { ApiFamily } from './api-family.js';

/** Counts of tokens: Anthropic and OpenAI (`input_tokens`), Bedrock (`inputTokens`), Gemini (`totalTokens`). */
export const tokenCount: ApiFamily = {
  shape: 'token-count',
  isComplete: (body) =>
    COUNTS.some((key) => typeof body[key] === 'number') && Object.keys(body).every((key) => FIELDS.has(key)),
  toAnswerBody: (body) => body,
  stream: null,
  textOf: () => null,
};

const COUNTS = ['input_tokens', 'inputTokens', 'totalTokens', 'total_tokens'];

/** With any other field it is the usage or the state of something else. */
const FIELDS = new Set([
  ...COUNTS,
  'object',
  'context_management',
  'totalBillableCharacters',
  'total_billable_characters',
  'promptTokensDetails',
  'prompt_tokens_details',
  'cachedContentTokenCount',
  'cached_content_token_count',
  'cacheTokensDetails',
  'cache_tokens_details',
  'sdkHttpResponse',
  'sdk_http_response',
]);
