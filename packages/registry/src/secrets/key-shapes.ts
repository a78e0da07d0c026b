import { repositoryOfToken } from '../access/token.js';
import { looksRandom } from './placeholder.js';

/** How one kind of key looks. */
export interface KeyShape {
  kind: string;
  /** What a key begins with, or has in it; a text with none of these is not searched. */
  begins: readonly string[];
  /**
   * Global. Begins with something literal and ends with a class without an upper bound, so that a match takes time in
   * proportion to its length whatever follows it. A group named `secret` is the secret where the match is more.
   */
  pattern: RegExp;
  /** A last look at what matched. */
  isKey?: (match: string) => boolean;
}

const random =
  (prefix: number, least = 0, most = Number.POSITIVE_INFINITY) =>
  (match: string) =>
    match.length >= least && match.length <= most && looksRandom(match.slice(prefix));

/**
 * Keys that tell what they are by their beginning: those of LLM providers, which no rule set knows whole, and of what
 * agents call. More specific ones stand before more general ones. Providers whose keys have no shape of their own (Mistral,
 * Cohere, Azure's 32 hex digits) are found by the header or the field that they stand in.
 */
export const KEY_SHAPES: readonly KeyShape[] = [
  { kind: 'Anthropic API key', begins: ['sk-ant-'], pattern: /(?<![A-Za-z0-9])sk-ant-[A-Za-z0-9_-]{20,}/g },
  { kind: 'OpenRouter API key', begins: ['sk-or-'], pattern: /(?<![A-Za-z0-9])sk-or-[A-Za-z0-9_-]{20,}/g },
  { kind: 'Langfuse secret key', begins: ['sk-lf-'], pattern: /(?<![A-Za-z0-9])sk-lf-[A-Za-z0-9-]{20,}/g },
  {
    kind: 'OpenAI API key',
    begins: ['sk-'],
    pattern: /(?<![A-Za-z0-9])sk-(?:proj|svcacct|admin|None)-[A-Za-z0-9_-]{20,}/g,
  },
  {
    // OpenAI's older ones, DeepSeek, Moonshot, DashScope, LiteLLM and others share this shape.
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
    kind: 'Google OAuth token',
    begins: ['ya29.'],
    pattern: /(?<![A-Za-z0-9])ya29\.[A-Za-z0-9_-]{20,}/g,
    isKey: random(5),
  },
  {
    kind: 'Google OAuth client secret',
    begins: ['GOCSPX-'],
    pattern: /(?<![A-Za-z0-9])GOCSPX-[A-Za-z0-9_-]{20,}/g,
  },
  {
    kind: 'AWS access key id',
    begins: ['AKIA', 'ASIA', 'ABIA', 'ACCA'],
    pattern: /(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16,}/g,
    isKey: (match) => match.length === 20 && !match.endsWith('EXAMPLE'),
  },
  {
    // What follows is `BedrockAPIKey-` in base64. Four letters alone would be found in long runs of base64 now and then.
    kind: 'AWS Bedrock API key',
    begins: ['ABSKQmVkcm9ja0FQSUtleS'],
    pattern: /(?<![A-Za-z0-9+/_-])ABSKQmVkcm9ja0FQSUtleS[A-Za-z0-9+/]{20,}={0,2}/g,
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
    kind: 'Azure storage account key',
    begins: ['AccountKey='],
    pattern: /AccountKey=(?<secret>[A-Za-z0-9+/]{64,}={0,2})/g,
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
    kind: 'Databricks token',
    begins: ['dapi'],
    pattern: /(?<![A-Za-z0-9])dapi[0-9a-f]{32,}/g,
    isKey: random(4, 36, 36),
  },
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
    kind: 'Stripe key',
    begins: ['sk_live_', 'sk_test_', 'rk_live_', 'rk_test_'],
    pattern: /(?<![A-Za-z0-9])(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{20,}/g,
  },
  {
    kind: 'GitHub token',
    begins: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_'],
    pattern: /(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{40,})/g,
  },
  { kind: 'GitLab token', begins: ['glpat-'], pattern: /(?<![A-Za-z0-9])glpat-[A-Za-z0-9_-]{20,}/g },
  { kind: 'PyPI token', begins: ['pypi-AgE'], pattern: /(?<![A-Za-z0-9])pypi-AgE[A-Za-z0-9_-]{50,}/g },
  { kind: 'Docker token', begins: ['dckr_pat_'], pattern: /(?<![A-Za-z0-9])dckr_pat_[A-Za-z0-9_-]{20,}/g },
  {
    kind: 'DigitalOcean token',
    begins: ['doo_v1_', 'dop_v1_', 'dor_v1_'],
    pattern: /(?<![A-Za-z0-9])do[opr]_v1_[0-9a-f]{60,}/g,
  },
  {
    kind: 'Fixture Registry token',
    begins: ['fr_'],
    pattern: /(?<![A-Za-z0-9])fr_\d{1,15}_[0-9a-f]{48,}/g,
    isKey: (match) => repositoryOfToken(match) !== null,
  },
  {
    kind: 'JSON web token',
    begins: ['eyJ'],
    pattern: /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{15,}\.eyJ[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{20,}/g,
  },
  {
    kind: 'private key',
    begins: ['-----BEGIN'],
    pattern:
      /-----BEGIN ?(?:[A-Z0-9]{2,10} ){0,3}PRIVATE KEY(?: BLOCK)?-----(?<secret>(?:\s|\\[nr])*[A-Za-z0-9+/=]{40,}(?:(?:\s|\\[nr])+[A-Za-z0-9+/=]+)*)/g,
  },
];
