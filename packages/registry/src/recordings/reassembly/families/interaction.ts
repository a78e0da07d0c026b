import type { JsonObject } from '../../../vocabulary/recording.js';
import { objectAt, objectsAt, textAt } from '../../json/json-value.js';
import { mergeFields, ownCopy } from '../merging/merge-fields.js';
import type { ApiFamily } from './api-family.js';
import { StreamedSteps } from './interaction-steps.js';

/**
 * Gemini's Interactions API (`/v1beta/interactions`). Its first revision has `outputs` and
 * `content.…` events, the later one `steps` and `step.…` events.
 */
export const interaction: ApiFamily = {
  shape: 'interaction',
  isComplete: (body) =>
    body['object'] === 'interaction' ||
    (textAt(body, 'status') !== null &&
      textAt(body, 'id') !== null &&
      (Array.isArray(body['outputs']) || (Array.isArray(body['steps']) && 'usage' in body))),
  toAnswerBody: (body) => body,
  stream: { isChunk: isEvent, assemble },
  textOf: (body) => {
    const outputs = [...objectsAt(body, 'outputs'), ...objectsAt(body, 'steps').flatMap(outputParts)];
    const texts = outputs
      .filter((part) => part['type'] === 'text')
      .map((part) => textAt(part, 'text') ?? '')
      .filter((text) => text !== '');
    return texts.length > 0 ? texts.join('\n') : null;
  },
};

const EVENT = /^(?:interaction|content|step)\.[a-z_]+$/;

/** Other APIs have a type `content.delta` too, so that alone does not count. */
function isEvent(event: JsonObject): boolean {
  const [name, type] = [textAt(event, 'event_type'), textAt(event, 'type')];
  return (name !== null && EVENT.test(name)) || type?.startsWith('interaction.') === true;
}

function assemble(events: JsonObject[]): JsonObject {
  const body: JsonObject = { object: 'interaction' };
  const steps = new StreamedSteps();
  for (const event of events) {
    const name = textAt(event, 'event_type') ?? textAt(event, 'type') ?? '';
    const state = objectAt(event, 'interaction');
    if (state !== null) mergeFields(body, state);
    else if (name === 'interaction.status_update') mergeFields(body, { status: event['status'] ?? null });
    else if (name === 'error') body['error'] = ownCopy(event['error'] ?? null);
    else steps.add(name, event);
  }
  // The last event may have the complete steps; otherwise they are rebuilt.
  if (objectsAt(body, 'outputs').length === 0 && objectsAt(body, 'steps').length === 0) {
    body[steps.field] = steps.finish();
  }
  return body;
}

/** The parts that the model says; steps of the user, thoughts and calls have none. */
function outputParts(step: JsonObject): JsonObject[] {
  return step['type'] === 'model_output' ? objectsAt(step, 'content') : [];
}
