import type { JsonObject } from '../../../vocabulary/recording.js';
import { integerAt, isObject, objectAt, setField, textAt } from '../../json/json-value.js';
import { addParts } from '../merging/add-parts.js';
import { IndexedBlocks } from '../merging/indexed-blocks.js';
import { append, listIn, ownCopy } from '../merging/merge-fields.js';
import { StreamedInputs } from '../merging/tool-input.js';

/**
 * Type of a step whose start is missing, by the type of its delta. Other deltas have the type of
 * their step.
 */
const STEP_TYPES: Record<string, string> = {
  thought_summary: 'thought',
  thought_signature: 'thought',
  arguments_delta: 'function_call',
};
const MEDIA = new Set(['image', 'audio', 'video', 'document']);
const TEXT = new Set(['text', 'text_annotation', 'text_annotation_delta']);

/** Rebuilds the outputs or steps of a Gemini interaction from its events. */
export class StreamedSteps {
  /** The field of the interaction that they belong to. */
  field: 'outputs' | 'steps' = 'outputs';
  private readonly blocks = new IndexedBlocks();
  private readonly inputs = new StreamedInputs();

  add(name: string, event: JsonObject): void {
    if (name.startsWith('step.')) this.field = 'steps';
    const index = integerAt(event, 'index', 0);
    const start = objectAt(event, 'step') ?? objectAt(event, 'content');
    const delta = objectAt(event, 'delta');
    if (name.endsWith('.start') && start !== null) this.blocks.start(index, start);
    else if (name.endsWith('.delta') && delta !== null) this.addDelta(index, delta);
  }

  finish(): JsonObject[] {
    this.inputs.finish('arguments');
    return this.blocks.finish();
  }

  private addDelta(index: number, delta: JsonObject): void {
    const type = textAt(delta, 'type') ?? '';
    const isPart = TEXT.has(type) || MEDIA.has(type);
    const partType = TEXT.has(type) ? 'text' : type;
    const missing = isPart && this.field === 'steps' ? 'model_output' : partType;
    const step = this.blocks.at(index, { type: STEP_TYPES[type] ?? missing });
    // A first-revision block is a part itself; a step has a list of parts.
    if (isPart) addToPart(step['type'] === partType ? step : lastPart(step, partType), delta);
    else if (type === 'thought_summary') {
      const summary = objectAt(delta, 'content');
      if (summary !== null) addParts(listIn(step, 'summary'), [summary]);
    } else this.addFields(step, delta);
  }

  /** The fields of a call, a result or a thought: arguments in pieces, anything else complete. */
  private addFields(step: JsonObject, delta: JsonObject): void {
    for (const [key, value] of Object.entries(delta)) {
      const isArguments = key === 'arguments' || key === 'partial_arguments';
      if (key === 'type' || value === null || value === '') continue;
      if (isArguments && typeof value === 'string') this.inputs.add(step, value);
      else if (key === 'signature' && typeof value === 'string')
        step[key] = (textAt(step, key) ?? '') + value;
      else setField(step, key, ownCopy(value));
    }
  }
}

function lastPart(step: JsonObject, type: string): JsonObject {
  const parts = listIn(step, 'content');
  const last = parts.at(-1);
  if (isObject(last) && last['type'] === type) return last;
  const part: JsonObject = { type };
  parts.push(part);
  return part;
}

/** Text and the data of media grow; annotations are appended. */
function addToPart(part: JsonObject, delta: JsonObject): void {
  for (const [key, value] of Object.entries(delta)) {
    if (key === 'type' || value === null) continue;
    if ((key === 'text' || key === 'data') && typeof value === 'string')
      part[key] = (textAt(part, key) ?? '') + value;
    else if (key === 'annotations' && Array.isArray(value)) append(listIn(part, 'annotations'), value);
    else setField(part, key, ownCopy(value));
  }
}
