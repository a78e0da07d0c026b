import type { JsonObject } from '../../../vocabulary/recording.js';
import { objectAt, objectsAt, textAt } from '../../json/json-value.js';
import { mergeFields } from '../merging/merge-fields.js';
import type { ApiFamily } from './api-family.js';

/** Text that was read from audio or pages: OpenAI's transcriptions, Deepgram, and Mistral's OCR. */
export const transcription: ApiFamily = {
  shape: 'transcription',
  isComplete: (body, endpoint) =>
    (typeof body['text'] === 'string' && isTranscription(body, endpoint)) ||
    ('model' in body && objectsAt(body, 'pages').some((page) => typeof page['markdown'] === 'string')) ||
    channels(body).some((channel) => objectsAt(channel, 'alternatives').some((one) => 'transcript' in one)),
  toAnswerBody: (body) => body,
  stream: { isChunk: (event) => EVENTS.has(textAt(event, 'type') ?? ''), assemble },
  textOf: (body) => {
    const texts = [
      textAt(body, 'text'),
      ...objectsAt(body, 'pages').map((page) => textAt(page, 'markdown')),
      ...channels(body).map((channel) => textAt(objectsAt(channel, 'alternatives')[0] ?? {}, 'transcript')),
    ].filter((text) => text !== null);
    return texts.length > 0 ? texts.join('\n\n') : null;
  },
};

const EVENTS = new Set(['transcript.text.delta', 'transcript.text.segment', 'transcript.text.done']);
/** Endpoints whose response may be a bare text. */
export const TRANSCRIPTION_ENDPOINT = /\/audio\/(?:transcriptions|translations)$/;

/** Any API may return a `text`: its segments or the endpoint say that it was heard. */
function isTranscription(body: JsonObject, endpoint: string | null): boolean {
  return (
    TRANSCRIPTION_ENDPOINT.test(endpoint ?? '') || (Array.isArray(body['segments']) && 'language' in body)
  );
}

function channels(body: JsonObject): JsonObject[] {
  return objectsAt(objectAt(body, 'results') ?? {}, 'channels');
}

const EVENT_FIELDS = new Set(['type', 'delta', 'logprobs']);

function assemble(events: JsonObject[]): JsonObject {
  const body: JsonObject = { text: '' };
  for (const event of events) {
    if (event['type'] === 'transcript.text.delta')
      body['text'] = (textAt(body, 'text') ?? '') + (textAt(event, 'delta') ?? '');
    else if (event['type'] === 'transcript.text.done') mergeFields(body, event, EVENT_FIELDS);
    else if (event['type'] === 'error') mergeFields(body, { error: event['error'] ?? null });
  }
  return body;
}
