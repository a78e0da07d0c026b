import type { JsonObject } from '../../../vocabulary/recording.js';
import { integerAt, objectAt, objectsAt, setField, textAt } from '../../json/json-value.js';
import { addDelta } from '../merging/add-delta.js';
import { IndexedBlocks } from '../merging/indexed-blocks.js';
import { append, listIn, mergeFields, objectIn, ownCopy } from '../merging/merge-fields.js';
import { StreamedInputs } from '../merging/tool-input.js';
import type { ApiFamily } from './api-family.js';

/** Bedrock's Converse, and Nova's own API. The only key of an event is its name. */
export const bedrockConverse: ApiFamily = {
  shape: 'converse',
  isComplete: (body) => objectAt(objectAt(body, 'output') ?? {}, 'message') !== null,
  toAnswerBody: (body) => body,
  stream: { isChunk: (event) => EVENTS.some((name) => objectAt(event, name) !== null), assemble },
  textOf: (body) => {
    const message = objectAt(objectAt(body, 'output') ?? {}, 'message') ?? {};
    const text = objectsAt(message, 'content').map(blockText).join('');
    return text === '' ? null : text;
  },
};

const EVENTS = ['messageStart', 'contentBlockStart', 'contentBlockDelta', 'messageStop'];

/** `p` pads events to equal length and is not part of the response. */
const PADDING = new Set(['p']);

function assemble(events: JsonObject[]): JsonObject {
  const body: JsonObject = {};
  const message: JsonObject = { role: 'assistant' };
  const blocks = new IndexedBlocks();
  const inputs = new StreamedInputs();
  for (const event of events) {
    const start = objectAt(event, 'contentBlockStart');
    const delta = objectAt(event, 'contentBlockDelta');
    mergeFields(message, objectAt(event, 'messageStart') ?? {}, PADDING);
    if (start !== null) startBlock(blocks, start, inputs);
    if (delta !== null)
      extendBlock(
        blocks.at(integerAt(delta, 'contentBlockIndex', 0), {}),
        objectAt(delta, 'delta') ?? {},
        inputs,
      );
    mergeFields(body, objectAt(event, 'messageStop') ?? {}, PADDING);
    mergeFields(body, objectAt(event, 'metadata') ?? {}, PADDING);
    const error = errorIn(event);
    if (error !== null) body['error'] = error;
  }
  inputs.finish('input');
  const content = blocks.finish().map(finishBlock);
  return { ...body, output: { message: { ...message, content } } };
}

function startBlock(blocks: IndexedBlocks, event: JsonObject, inputs: StreamedInputs): void {
  const index = integerAt(event, 'contentBlockIndex', 0);
  blocks.start(index, objectAt(event, 'start') ?? {});
  const call = objectAt(blocks.at(index, {}), 'toolUse');
  // A call without arguments has no delta.
  if (call !== null) inputs.add(call, '');
}

function extendBlock(block: JsonObject, delta: JsonObject, inputs: StreamedInputs): void {
  for (const [key, piece] of Object.entries(delta)) {
    const fields = objectAt(delta, key);
    if (key === 'text' && typeof piece === 'string') block[key] = (textAt(block, key) ?? '') + piece;
    else if (key === 'toolUse' && fields !== null)
      inputs.add(objectIn(block, key), textAt(fields, 'input') ?? '');
    else if (key === 'reasoningContent' && fields !== null) addReasoning(objectIn(block, key), fields);
    else if (key === 'citation' && fields !== null) listIn(block, 'citations').push(ownCopy(fields));
    else if (key === 'toolResult' && Array.isArray(piece))
      append(listIn(objectIn(block, key), 'content'), piece);
    else if (fields !== null) addDelta(objectIn(block, key), fields);
    else if (piece !== null) setField(block, key, ownCopy(piece));
  }
}

/** Only the text of a reasoning and its signature are inside `reasoningText`. */
function addReasoning(reasoning: JsonObject, piece: JsonObject): void {
  const { redactedContent, ...text } = piece;
  if (redactedContent !== undefined) addDelta(reasoning, { redactedContent });
  if (Object.keys(text).length > 0) addDelta(objectIn(reasoning, 'reasoningText'), text);
}

/** A text with citations is a block of another kind when it is not streamed. */
function finishBlock(block: JsonObject): JsonObject {
  const { text, citations, ...rest } = block;
  if (citations === undefined) return block;
  return { ...rest, citationsContent: { content: [{ text: text ?? '' }], citations } };
}

/** An exception that ends an event stream, or an error of a proxy. */
function errorIn(event: JsonObject): JsonObject | null {
  const name = Object.keys(event).find((key) => key.endsWith('Exception'));
  if (name !== undefined) return { ...objectAt(event, name), type: name };
  return objectAt(event, 'error');
}

function blockText(block: JsonObject): string {
  const cited = objectsAt(objectAt(block, 'citationsContent') ?? {}, 'content');
  return (textAt(block, 'text') ?? '') + cited.map((part) => textAt(part, 'text') ?? '').join('');
}
