/** The models that the example's tests use, and their providers. */

export const GPT = 'gpt-4o';
export const LLAMA = 'llama3.2:3b';
export const CLAUDE = 'claude-3-5-haiku-latest';
export const EMBEDDER = 'text-embedding-3-small';

const HOSTS = { openai: 'https://api.openai.com/v1', ollama: 'http://127.0.0.1:11434/v1' };

/**
 * Returns the address that the client library requests: it appends `/v1/…` to a base address that ends in
 * `/v1`.
 */
export function addressOf(model: string, endpoint: string): string {
  return `${model === LLAMA ? HOSTS.ollama : HOSTS.openai}/v1/${endpoint}`;
}

/** Returns the part of a pytest id that names the model. */
export function parameterOf(model: string): string {
  if (model === CLAUDE) return `[txt=anthropic/${model}]`;
  return `[txt=${model === LLAMA ? 'ollama' : 'openai'}/${model}]`;
}

export const DESK = 'You answer customers of a bicycle shop. Be brief and friendly.';
