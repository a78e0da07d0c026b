import { isObject, objectAt, objectsAt, textAt } from '../../recordings/json/json-value.js';
import type { AnswerShape, Exchange, JsonObject, JsonValue } from '../../vocabulary/recording.js';

/** What a response lacks, as `findEmptiness`: empty for plain emptiness, null when it says something. */
type Finder = (body: JsonObject, exchange: Exchange) => string | null;

/** Emptiness of Bedrock, Cohere, Vercel's gateway, and APIs that return only text. */
export const SERVICE_EMPTINESS: Partial<Record<AnswerShape, Finder>> = {
  converse: (body) => {
    const blocks = objectsAt(objectAt(objectAt(body, 'output') ?? {}, 'message') ?? {}, 'content');
    const said = blocks.filter((block) => !('reasoningContent' in block) && !isBlankText(block));
    const isThought = blocks.some((block) => 'reasoningContent' in block);
    return describe(said.length > 0, isThought);
  },
  cohere: (body) => {
    const message = objectAt(body, 'message') ?? body;
    const blocks = objectsAt(message, 'content');
    const isThinking = (block: JsonObject) => block['type'] === 'thinking';
    const said = blocks.some((block) => !isThinking(block) && !isBlankText(block));
    const calls = [message['tool_calls'], body['search_queries']].some(isFilled);
    const isThought = blocks.some(isThinking) || textAt(message, 'tool_plan') !== null;
    return describe(said || calls || isSpoken(body['text']), isThought);
  },
  'language-model': (body) => {
    const parts = objectsAt(body, 'content');
    const said = parts.some((part) => part['type'] !== 'reasoning' && !isBlankText(part));
    const isThought = parts.some((part) => part['type'] === 'reasoning');
    return describe(said || isSpoken(body['text']) || isFilled(body['toolCalls']), isThought);
  },
  generation: (_, { answer }) => describe(isSpoken(answer.text), false),
  transcription: (_, { answer }) => describe(isSpoken(answer.text), false),
};

function describe(isAnswered: boolean, isThought: boolean): string | null {
  if (isAnswered) return null;
  return isThought ? 'only reasoning' : '';
}

function isBlankText(part: JsonObject): boolean {
  return typeof part['text'] === 'string' && !isSpoken(part['text']);
}

function isSpoken(text: JsonValue | undefined): boolean {
  return typeof text === 'string' && text.trim() !== '';
}

function isFilled(value: JsonValue | undefined): boolean {
  return Array.isArray(value) && value.some(isObject);
}
