import type { JsonObject } from '../../../vocabulary/recording.js';
import { objectsAt, textAt } from '../../json/json-value.js';
import { mergeFields, ownCopy } from '../merging/merge-fields.js';
import type { ApiFamily } from './api-family.js';

/** Generated images: OpenAI (`data`), Imagen (`predictions`), Stability (`artifacts`) and Titan (`images`). */
export const images: ApiFamily = {
  shape: 'images',
  isComplete: (body, endpoint) =>
    objectsAt(body, 'data').some((item) =>
      isImage(item, 'created' in body || ENDPOINT.test(endpoint ?? '')),
    ) ||
    objectsAt(body, 'predictions').some((one) => typeof one['bytesBase64Encoded'] === 'string') ||
    objectsAt(body, 'artifacts').some((one) => typeof one['base64'] === 'string') ||
    (Array.isArray(body['images']) && body['images'].length > 0 && body['images'].every(isBase64)),
  toAnswerBody: (body) => body,
  stream: { isChunk: (event) => EVENT.test(textAt(event, 'type') ?? ''), assemble },
  textOf: () => null,
};

const EVENT = /^image_(?:generation|edit)\.(?:partial_image|completed)$/;
const IMAGE_FIELDS = new Set(['url', 'b64_json', 'revised_prompt', 'media_type', 'mime_type']);

const ENDPOINT = /\/images(?:\/|$)/;

/** Other lists have elements with an address, too. */
function isImage(item: JsonObject, mayBeAddress: boolean): boolean {
  const hasImage = typeof item['b64_json'] === 'string' || (mayBeAddress && typeof item['url'] === 'string');
  return hasImage && Object.keys(item).every((key) => IMAGE_FIELDS.has(key));
}

function isBase64(value: unknown): boolean {
  return typeof value === 'string' && /^[\w+/=-]{64}/.test(value);
}

const EVENT_FIELDS = new Set(['type', 'b64_json', 'partial_image_index']);

/** The last image is the result: those before it are drafts. */
function assemble(events: JsonObject[]): JsonObject {
  const body: JsonObject = {};
  const completed: JsonObject[] = [];
  const drafts: JsonObject[] = [];
  for (const event of events) {
    const type = textAt(event, 'type') ?? '';
    if (type === 'error') body['error'] = ownCopy(event['error'] ?? null);
    if (!EVENT.test(type)) continue;
    mergeFields(body, event, EVENT_FIELDS);
    const image = { b64_json: event['b64_json'] ?? null };
    (type.endsWith('.completed') ? completed : drafts).push(image);
  }
  return { ...body, data: completed.length > 0 ? completed : drafts.slice(-1) };
}
