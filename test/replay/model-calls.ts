// Which recorded HTTP calls are calls of a model at a provider. A measure for `read-formats`: the product
// decides nothing by it.

/** Hosts of providers, and of proxies in front of them. */
const PROVIDERS = [
  /(?:^|\.)(?:openai|anthropic|mistral|groq|deepseek|together|fireworks|perplexity|cerebras|x|z)\.(?:com|ai|xyz)$/,
  /(?:^|\.)(?:cohere|voyageai|jina|openrouter|replicate|nebius|siliconflow|minimaxi?|moonshot|novita)\.(?:com|ai|cn|io)$/,
  /(?:generativelanguage|aiplatform)\.googleapis\.com$/,
  /^bedrock(?:-runtime|-mantle)?[.<]|\.amazonaws\.com$/,
  /\.(?:openai|services\.ai|cognitiveservices|inference\.ai)\.azure\.com$|^models\.(?:inference\.ai\.azure\.com|github\.ai)$/,
  /(?:^|\.)huggingface\.co$|\.hf\.space$|\.endpoints\.huggingface\.cloud$/,
  /(?:^|\.)(?:sourcegraph|dashscope[\w-]*\.aliyuncs|maritaca|integrate\.api\.nvidia|ovh)\.(?:com|net|ai)$/,
  /^ai-gateway\.vercel\.sh$|^gateway\.(?:pydantic\.dev|ai\.cloudflare\.com)$|(?:^|\.)ovhcloud\.com$/,
  /(?:^|\.)(?:githubcopilot\.com|snowflakecomputing\.com|github\.ai|outlines\.dev|heroku\.com|voyage\.com)$/,
];

/** Paths that only an API of a model has, at any host: a local server or a proxy. */
const ANYWHERE =
  /\/chat\/completions$|\/v1\/(?:messages|responses|completions|embeddings)$|:(?:generateContent|streamGenerateContent|countTokens|embedContent|batchEmbedContents)$|\/api\/(?:chat|generate|embed|embeddings)$|\/model\/[^/]+\/(?:converse|converse-stream|invoke|invoke-with-response-stream)$/;

/** Paths at a provider's host that name a model, in the path or in the body. */
const AT_PROVIDER =
  /\/(?:completions|responses|messages|embeddings|embed|rerank|moderations|count_tokens|chat|generate|language-model|embedding-model)(?:\/(?:stream|code))?$|\/images\/(?:generations|edits|variations)$|\/audio\/(?:transcriptions|translations|speech)$|:(?:predict|predictLongRunning|rawPredict|streamRawPredict|computeTokens|generateImages)$|\/models\/[^/]+\/[^/]+$|\/pipeline\/[\w-]+\//;

/** Resources below a path of a model that are no call of one. */
const RESOURCE = /\/(?:messages\/batches|threads|assistants|responses\/[^/]+|files|batches)(?:\/|$)/;

/** Whether a recorded call asks a model of a provider for something; not a list of models, a file or a token. */
export function isModelCall({ method, url }: { method: string; url: string }): boolean {
  if (method !== 'POST') return false;
  const [, host = '', path = ''] = /^[a-z]+:\/\/([^/?#]*)([^?#]*)/i.exec(url) ?? [];
  const plainPath = path.replace(/\/+$/, '');
  if (RESOURCE.test(plainPath)) return false;
  if (ANYWHERE.test(plainPath)) return true;
  const plainHost = host.toLowerCase().replace(/:\d+$/, '').replace(/^.*@/, '');
  return PROVIDERS.some((provider) => provider.test(plainHost)) && AT_PROVIDER.test(plainPath);
}
