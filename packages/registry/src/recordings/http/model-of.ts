import type { JsonValue } from '../../vocabulary/recording.js';
import { isObject, textAt } from '../json/json-value.js';

/** Where a URL names a model: `/models/NAME:generateContent`, `/model/NAME/converse`, `/deployments/NAME/…`. */
const IN_PATH = /\/(?:models?|deployments)\/([^/:]+)(?=[:/])/;

/** The model that a request names: in its body, else in its path; null when it names none. */
export function modelOf(path: string, body: JsonValue): string | null {
  const named = isObject(body) ? (textAt(body, 'model') ?? textAt(body, 'modelId')) : null;
  return named ?? decoded(IN_PATH.exec(path)?.[1]);
}

function decoded(text: string | undefined): string | null {
  if (text === undefined) return null;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
