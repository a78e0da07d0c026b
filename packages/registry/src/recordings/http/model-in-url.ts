/** A method of a Google API after the name of its resource: `NAME:generateContent`. */
const METHOD = /:(?:predict|[a-z]+(?:[A-Z][a-z]+)+)$/;

/** APIs, which have the place of a model in some URLs, or come after one. */
const APIS = [
  'chat',
  'completions?',
  'embeddings',
  'images',
  'audio',
  'responses',
  'messages',
  'predict',
  'generate',
  'infer',
  'pipeline',
  'operations',
  'info',
  'search',
  'list',
  'count',
  'user',
  'v\\d',
];
const API = `(?:${APIS.join('|')})`;

/**
 * Where a path names a model: Bedrock (`/model/NAME/…`), Google and lists of models (`/models/NAME:…`), Azure
 * (`/deployments/NAME/…`), Databricks, Cloudflare, and former APIs of OpenAI (`/engines/NAME/…`).
 */
const PLACES = [
  /\/model\/([^/]+)(?=\/)/,
  new RegExp(`/(?:models|tunedModels)/([^/]+)(?=/?$|/${API}(?:/|$))`),
  /\/(?:deployments|engines|serving-endpoints)\/([^/]+)(?=\/)/,
  /\/ai\/run\/(@[^?]+)$/,
];

/** Hosts whose names have an owner: `/models/OWNER/NAME`, `/pipeline/TASK/OWNER/NAME`. */
const OWNERS = /^[^/]*\b(?:huggingface\.co|replicate\.com|openrouter\.ai)(?::\d+)?\//;
const OWNED = /\/(?:models|pipeline\/[\w-]+)\/([^/]+\/[^/]+)/;

/** The name of an API, or the number of a model that somebody trained: an id of a resource. */
const OTHER = new RegExp(`^(?:${API}|\\d+)$`);

/** The model that a URL names, decoded: in its path, else in its query; null when it names none. */
export function modelInUrl(url: string): string | null {
  const [, place = '', query = ''] = /^(?:[a-z][a-z0-9+.-]*:\/\/)?([^?#]*)(?:\?([^#]*))?/i.exec(url) ?? [];
  const owned = OWNERS.test(place) ? OWNED.exec(place)?.[1] : undefined;
  const named = owned ?? PLACES.map((one) => one.exec(place)?.[1]).find(Boolean);
  const name = named?.replace(METHOD, '') ?? '';
  if (name !== '' && !OTHER.test(name)) return decoded(name);
  return new URLSearchParams(query).get('model')?.trim() || null;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
