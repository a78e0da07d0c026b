// Which recorded HTTP calls are calls of a model at a provider. A measure for `read-formats`: the product
// decides nothing by it.

/** Ends of the host names of providers, and of proxies in front of them. */
const PROVIDERS = [
  ...['openai.com', 'anthropic.com', 'mistral.ai', 'groq.com', 'deepseek.com', 'together.ai', 'together.xyz'],
  ...['fireworks.ai', 'perplexity.ai', 'cerebras.ai', 'x.ai', 'z.ai', 'cohere.com', 'cohere.ai', 'jina.ai'],
  ...['voyageai.com', 'openrouter.ai', 'replicate.com', 'deepgram.com', 'moonshot.ai', 'moonshot.cn'],
  ...['generativelanguage.googleapis.com', 'aiplatform.googleapis.com', 'huggingface.co', 'hf.space'],
  ...['endpoints.huggingface.cloud', 'openai.azure.com', 'services.ai.azure.com', 'inference.ai.azure.com'],
  ...['cognitiveservices.azure.com', 'models.github.ai', 'githubcopilot.com', 'sourcegraph.com'],
  ...['ai-gateway.vercel.sh', 'gateway.pydantic.dev', 'gateway.ai.cloudflare.com', 'api.nvidia.com'],
  ...['heroku.com', 'ovhcloud.com', 'ovh.net', 'aliyuncs.com', 'snowflakecomputing.com', 'ml.cloud.ibm.com'],
];

/** Bedrock's hosts have a region, or a placeholder for one. */
const BEDROCK = /^bedrock(?:-runtime|-mantle)?[.<]/;

/** Ends of paths that only an API of a model has, at any host: a local server or a proxy. */
const ANYWHERE = [
  /\/chat\/completions$|\/openai\/responses$/,
  /\/v1\/(?:messages|responses|completions|embeddings)$/,
  /:(?:generateContent|streamGenerateContent|countTokens|embedContent|batchEmbedContents)$/,
  /\/api\/(?:chat|generate|embed|embeddings)$/,
  /\/model\/[^/]+\/(?:converse|converse-stream|invoke|invoke-with-response-stream)$/,
];

/** Ends of paths at a provider's host that name a model, in the path or in the body. */
const AT_PROVIDER = [
  /\/(?:completions|chat|generate)(?:\/(?:stream|code))?$/,
  /\/(?:responses|messages|interactions)(?:\/(?:count_tokens|input_tokens|compact))?$|\/count-tokens$/,
  /\/(?:embeddings|embed|rerank|moderations|ocr|listen|tts|language-model|embedding-model)$/,
  /\/images(?:\/(?:generations|edits|variations))?$|\/audio\/(?:transcriptions|translations|speech)$/,
  /:(?:predict|predictLongRunning|rawPredict|streamRawPredict|computeTokens|generateImages)$/,
  /\/models\/[^/]+\/[^/]+$|\/pipeline\/[\w-]+\//,
];

/** Resources below a path of a model that are no call of one. */
const RESOURCE =
  /\/(?:messages\/batches|threads|assistants|responses\/(?!compact|input_tokens)[^/]+|files|batches)(?:\/|$)/;

/** Whether a recorded call asks a model of a provider for something; not a list of models, a file or a token. */
export function isModelCall({ method, url }: { method: string; url: string }): boolean {
  const [, host = '', wholePath = ''] = /^(?:[a-z]+:\/\/)?([^/?#]*)([^?#]*)/i.exec(url) ?? [];
  const path = wholePath.replace(/\/+$/, '');
  if (method !== 'POST' || RESOURCE.test(path)) return false;
  if (ANYWHERE.some((pattern) => pattern.test(path))) return true;
  const name = host.toLowerCase().replace(/:\d+$/, '');
  const isProvider = PROVIDERS.some(
    (end) => name === end || name.endsWith(`.${end}`) || name.endsWith(`-${end}`),
  );
  return (isProvider || BEDROCK.test(name)) && AT_PROVIDER.some((pattern) => pattern.test(path));
}

/**
 * Whether the request of a call has nothing that names a model: no field in its body, no place in its URL. Reads
 * the raw request, so that it can be held against what the product finds.
 */
export function namesNoModel(url: string, body: unknown): boolean {
  const text = typeof body === 'string' ? body : (JSON.stringify(body) ?? '');
  const isInBody = /"(?:\w*model\w*|deployment|engine)":"[^"]|name=\\?"model\\?"/i.test(text);
  return !isInBody && !/\/models?\/|\/deployments\/|[?&]model=/.test(url);
}
