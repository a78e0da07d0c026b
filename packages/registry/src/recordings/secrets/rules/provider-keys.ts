import { type KeyShape, random } from './key-shape.js';

/**
 * Keys of LLM providers and of tools that agents call, more specific shapes first. Keys without a
 * shape (Mistral, Cohere, Azure's 32 hex digits) are found by the name of their header or field
 * instead.
 */
export const PROVIDER_KEYS: readonly KeyShape[] = [
  { kind: 'Anthropic API key', begins: ['sk-ant-'], pattern: /(?<![A-Za-z0-9])sk-ant-[A-Za-z0-9_-]{20,}/g },
  { kind: 'OpenRouter API key', begins: ['sk-or-'], pattern: /(?<![A-Za-z0-9])sk-or-[A-Za-z0-9_-]{20,}/g },
  { kind: 'Langfuse secret key', begins: ['sk-lf-'], pattern: /(?<![A-Za-z0-9])sk-lf-[A-Za-z0-9-]{20,}/g },
  {
    kind: 'OpenAI API key',
    begins: ['sk-'],
    pattern: /(?<![A-Za-z0-9])sk-(?:proj|svcacct|admin|None)-[A-Za-z0-9_-]{20,}/g,
  },
  {
    // OpenAI's older keys, DeepSeek, Moonshot, DashScope, LiteLLM and others share this shape.
    kind: 'OpenAI API key',
    begins: ['sk-'],
    pattern: /(?<![A-Za-z0-9_-])sk-[A-Za-z0-9_-]{20,}/g,
    isKey: random(3),
  },
  {
    kind: 'Google API key',
    begins: ['AIza'],
    pattern: /(?<![A-Za-z0-9_-])AIza[A-Za-z0-9_-]{35,}/g,
    isKey: random(4, 39, 45),
  },
  {
    // `BedrockAPIKey-` in base64: a prefix of four letters would also match inside long base64
    // data.
    kind: 'AWS Bedrock API key',
    begins: ['ABSKQmVkcm9ja0FQSUtleS'],
    pattern: /(?<![A-Za-z0-9+/_-])ABSKQmVkcm9ja0FQSUtleS[A-Za-z0-9+/]{20,}={0,2}/g,
  },
  {
    // The format of Google AI Studio since 2025.
    kind: 'Google API key',
    begins: [],
    hint: 'AQ\\.[A-Za-z0-9_-]{30}',
    pattern: /(?<![A-Za-z0-9._-])AQ\.[A-Za-z0-9_-]{30,}/g,
    isKey: random(3),
  },
  {
    kind: 'AWS Bedrock API key',
    begins: ['bedrock-api-key-'],
    pattern: /bedrock-api-key-[A-Za-z0-9+/]{40,}={0,2}/g,
  },
  {
    kind: 'Azure API key',
    begins: ['JQQJ99'],
    pattern: /(?<![A-Za-z0-9])[A-Za-z0-9]{40,}?JQQJ99[A-Za-z0-9]{20,}/g,
    isKey: random(0, 80, 90),
  },
  {
    kind: 'Groq API key',
    begins: ['gsk_'],
    pattern: /(?<![A-Za-z0-9_])gsk_[A-Za-z0-9]{30,}/g,
    isKey: random(4),
  },
  {
    kind: 'xAI API key',
    begins: ['xai-'],
    pattern: /(?<![A-Za-z0-9_-])xai-[A-Za-z0-9]{40,}/g,
    isKey: random(4),
  },
  {
    kind: 'Hugging Face token',
    begins: ['hf_', 'api_org_'],
    pattern: /(?<![A-Za-z0-9_])(?:hf_|api_org_)[A-Za-z0-9]{30,}/g,
  },
  {
    kind: 'Replicate API token',
    begins: ['r8_'],
    pattern: /(?<![A-Za-z0-9_])r8_[A-Za-z0-9]{30,}/g,
    isKey: random(3),
  },
  { kind: 'Together API key', begins: ['tgp_v1_'], pattern: /(?<![A-Za-z0-9_])tgp_v1_[A-Za-z0-9_-]{30,}/g },
  {
    kind: 'Fireworks API key',
    begins: ['fw_'],
    pattern: /(?<![A-Za-z0-9_])fw_[A-Za-z0-9]{20,}/g,
    isKey: random(3),
  },
  {
    kind: 'Cerebras API key',
    begins: ['csk-'],
    pattern: /(?<![A-Za-z0-9_-])csk-[A-Za-z0-9]{30,}/g,
    isKey: random(4),
  },
  {
    kind: 'Perplexity API key',
    begins: ['pplx-'],
    pattern: /(?<![A-Za-z0-9_-])pplx-[A-Za-z0-9]{30,}/g,
    isKey: random(5),
  },
  {
    kind: 'Tavily API key',
    begins: ['tvly-'],
    pattern: /(?<![A-Za-z0-9_-])tvly-[A-Za-z0-9_-]{20,}/g,
    isKey: random(5),
  },
  {
    kind: 'Brave Search API key',
    begins: ['BSA'],
    pattern: /(?<![A-Za-z0-9_+/-])BSA[A-Za-z0-9_-]{24,}/g,
    isKey: random(3, 27, 36),
  },
  { kind: 'NVIDIA API key', begins: ['nvapi-'], pattern: /(?<![A-Za-z0-9_-])nvapi-[A-Za-z0-9_-]{40,}/g },
  {
    kind: 'LangSmith API key',
    begins: ['lsv2_'],
    pattern: /(?<![A-Za-z0-9_])lsv2_(?:pt|sk)_[0-9a-f]{32,}(?:_[0-9a-f]+)?/g,
  },
  { kind: 'Jina API key', begins: ['jina_'], pattern: /(?<![A-Za-z0-9_])jina_[A-Za-z0-9_-]{40,}/g },
  {
    kind: 'Voyage API key',
    begins: ['pa-'],
    pattern: /(?<![A-Za-z0-9_-])pa-[A-Za-z0-9_-]{40,}/g,
    isKey: random(3, 46, 46),
  },
  { kind: 'Pinecone API key', begins: ['pcsk_'], pattern: /(?<![A-Za-z0-9_])pcsk_[A-Za-z0-9_]{30,}/g },
  {
    kind: 'Firecrawl API key',
    begins: ['fc-'],
    pattern: /(?<![A-Za-z0-9_-])fc-[0-9a-f]{32,}/g,
    isKey: random(3, 35, 35),
  },
  { kind: 'E2B API key', begins: ['e2b_'], pattern: /(?<![A-Za-z0-9_])e2b_[0-9a-f]{32,}/g },
  { kind: 'ElevenLabs API key', begins: ['sk_'], pattern: /(?<![A-Za-z0-9_])sk_[0-9a-f]{48,}/g },
  {
    kind: 'Braintrust API key',
    begins: ['bt-st-'],
    pattern: /(?<![A-Za-z0-9_-])bt-st-[A-Za-z0-9_-]{20,}/g,
    isKey: random(6),
  },
  {
    kind: 'Anyscale API key',
    begins: ['esecret_', 'aph0_'],
    pattern: /(?<![A-Za-z0-9_])(?:esecret_|aph0_)[A-Za-z0-9_-]{20,}/g,
    isKey: random(5),
  },
  {
    kind: 'Vercel token',
    begins: ['vck_', 'vcp_', 'vci_', 'vca_', 'vcr_'],
    pattern: /(?<![A-Za-z0-9_])vc[kpiar]_[A-Za-z0-9]{24,}/g,
    isKey: random(4),
  },
];
