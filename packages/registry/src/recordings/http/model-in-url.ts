/** A method of a Google API after the name of its resource: `NAME:generateContent`. */
const METHOD = /:(?:predict|[a-z]+(?:[A-Z][a-z]+)+)$/;

/** Names of APIs below `/models/`, which are no models. */
const API =
  /^(?:chat|completions|embeddings|images|audio|info|infer|responses|messages|search|list|count|user)$/;

/**
 * Where a path names a model: Bedrock and Google (`/model/NAME/…`, `/models/NAME:…`), Azure (`/deployments/NAME/…`),
 * and former APIs of OpenAI (`/engines/NAME/…`).
 */
const IN_PATH = /\/(?:models?|tunedModels|deployments|engines)\/([^/]+)(?=\/|$)/;

/** Hugging Face's names have an owner: `/models/OWNER/NAME`, `/pipeline/TASK/OWNER/NAME`. */
const HUGGING_FACE =
  /^[^/]*\bhuggingface\.co(?::\d+)?\/(?:.*\/)?(?:models|pipeline\/[\w-]+)\/([^/]+(?:\/[^/]+)?)/;

/** The model that a URL names, decoded: in its path, else in its query; null when it names none. */
export function modelInUrl(url: string): string | null {
  const [, place = '', query = ''] = /^(?:[a-z][a-z0-9+.-]*:\/\/)?([^?#]*)(?:\?([^#]*))?/i.exec(url) ?? [];
  const owned = HUGGING_FACE.exec(place)?.[1];
  const named = owned ?? IN_PATH.exec(place)?.[1]?.replace(METHOD, '');
  if (named !== undefined && named !== '' && !API.test(named)) return decoded(named);
  return new URLSearchParams(query).get('model')?.trim() || null;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
