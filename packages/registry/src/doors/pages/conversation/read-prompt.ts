import { isObject, objectAt, textAt } from '../../../recordings/json/json-value.js';
import type { JsonObject, JsonValue } from '../../../vocabulary/recording.js';
import type { Conversation, Fact, Turn } from './conversation.js';
import { formatValue } from './format-json.js';
import { part, partsOfContent, partsOfMessage } from './read-message.js';

/** Fields outside the prompt and its settings, or shown elsewhere on the page. */
const NOT_SETTINGS = new Set([
  'url',
  'method',
  'headers',
  'endpoint',
  'test_id',
  'model',
  'provider_metadata',
  'body',
]);

/** Reads a request as turns, with its settings. */
export function readPrompt(request: JsonObject): Pick<Conversation, 'prompt' | 'settings'> {
  const body = objectAt(request, 'body') ?? objectAt(request, 'payload');
  if (body === null) {
    const tool = textAt(request, 'tool_name');
    if (tool !== null) {
      const { tool_name: _name, kwargs, ...rest } = request;
      const turn = { who: 'test', parts: [part('call', formatValue(kwargs), tool)] };
      return { prompt: [turn], settings: factsExcept(rest, NOT_SETTINGS) };
    }
    const plain = request['body'];
    const prompt = plain == null ? [] : [{ who: 'test', parts: [part('data', formatValue(plain))] }];
    return { prompt, settings: factsExcept(request, NOT_SETTINGS) };
  }
  const shown = new Set(['model']);
  const prompt: Turn[] = [];
  const addTurns = (key: string, who: string) => {
    const value = body[key];
    if (value === undefined || value === null) return;
    const turns = turnsOf(value, who);
    if (turns.length > 0) shown.add(key);
    prompt.push(...turns);
  };
  for (const key of ['instructions', 'system', 'systemInstruction', 'system_instruction'])
    addTurns(key, 'system');
  for (const key of ['messages', 'contents', 'input', 'prompt', 'query', 'content']) addTurns(key, 'user');
  return { prompt, settings: factsExcept(body, shown) };
}

/** Reads a text, a message, or a list of messages and items. `who` speaks when the value does not say. */
function turnsOf(value: JsonValue, who: string): Turn[] {
  if (Array.isArray(value)) {
    const turns = value.flatMap((item) => turnsOf(item, who));
    // Texts to embed, and blocks of one message, are one turn.
    return value.some((item) => isObject(item) && ('role' in item || 'type' in item)) ? turns : joined(turns);
  }
  const speaker = isObject(value) ? (textAt(value, 'role') ?? who) : who;
  const isMessage = isObject(value) && ('role' in value || 'parts' in value);
  const parts = isMessage ? partsOfMessage(value) : partsOfContent(value);
  return parts.length > 0 ? [{ who: speaker, parts }] : [];
}

function joined(turns: Turn[]): Turn[] {
  const [first] = turns;
  return first ? [{ who: first.who, parts: turns.flatMap((turn) => turn.parts) }] : [];
}

function factsExcept(object: JsonObject, except: ReadonlySet<string>): Fact[] {
  return Object.entries(object)
    .filter(([name, value]) => !except.has(name) && value !== null)
    .map(([name, value]) => ({ name, value: formatValue(value) }));
}
