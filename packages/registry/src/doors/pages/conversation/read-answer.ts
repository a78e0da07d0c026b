import { isObject, objectAt, objectsAt, textAt } from '../../../recordings/json/json-value.js';
import type { Answer, JsonObject, JsonValue } from '../../../vocabulary/recording.js';
import type { Conversation, Fact, Part, Turn } from './conversation.js';
import { formatValue } from './format-json.js';
import { part, partsOfContent, partsOfMessage } from './read-message.js';

/** Reads a response as turns, with how it ended and its token usage. */
export function readAnswer(answer: Answer): Pick<Conversation, 'answer' | 'outcome'> {
  const body = isObject(answer.body) ? answer.body : {};
  const { turns, ends } = read(answer, body);
  const usage = body['usage'] ?? body['usageMetadata'] ?? body['usage_metadata'];
  return {
    answer: turns.filter(({ parts }) => parts.length > 0),
    outcome: [
      ...fact('HTTP status', answer.status),
      ...ends.flatMap((end) => fact('Finish reason', end)),
      ...fact('Served model', body['model'] ?? body['modelVersion'] ?? body['model_version']),
      ...fact('Tokens', isObject(usage) ? tokens(usage) : null),
    ],
  };
}

function read(answer: Answer, body: JsonObject): { turns: Turn[]; ends: (JsonValue | undefined)[] } {
  switch (answer.shape) {
    case 'chat':
    case 'completion': {
      const choices = objectsAt(body, 'choices');
      const parts = (choice: JsonObject) =>
        answer.shape === 'chat'
          ? partsOfMessage(objectAt(choice, 'message') ?? {})
          : partsOfContent(choice['text']);
      return { turns: each(choices, parts), ends: choices.map((choice) => choice['finish_reason']) };
    }
    case 'gemini': {
      const candidates = objectsAt(body, 'candidates');
      const parts = (candidate: JsonObject) => partsOfMessage(objectAt(candidate, 'content') ?? {});
      const ends = candidates.map((candidate) => candidate['finishReason'] ?? candidate['finish_reason']);
      return { turns: each(candidates, parts), ends };
    }
    case 'response': {
      const parts = partsOfContent(body['output']);
      const error = body['error'] == null ? [] : [part('data', formatValue(body['error']), 'error')];
      return { turns: said([...parts, ...error]), ends: [body['status']] };
    }
    case 'interaction': {
      const parts = partsOfContent([...objectsAt(body, 'outputs'), ...objectsAt(body, 'steps')]);
      const error = body['error'] == null ? [] : [part('data', formatValue(body['error']), 'error')];
      return { turns: said([...parts, ...error]), ends: [body['status']] };
    }
    case 'message':
      return { turns: said(partsOfContent(body['content'])), ends: [body['stop_reason']] };
    case 'ollama': {
      const generated = partsOfMessage({
        content: body['response'] ?? '',
        thinking: body['thinking'] ?? null,
      });
      const parts = partsOfMessage(objectAt(body, 'message') ?? {});
      return { turns: said([...generated, ...parts]), ends: [body['done_reason']] };
    }
    case 'embeddings':
      return { turns: [{ who: 'answer', parts: [part('data', vectors(body), 'vectors')] }], ends: [] };
    case 'models': {
      const names = objectsAt(body, 'data').map(
        (model) => textAt(model, 'id') ?? textAt(model, 'name') ?? '?',
      );
      return { turns: [{ who: 'answer', parts: [part('data', names.join('\n'), 'models')] }], ends: [] };
    }
    case 'converse': {
      const message = objectAt(objectAt(body, 'output') ?? {}, 'message') ?? {};
      return { turns: said(partsOfContent(message['content'])), ends: [body['stopReason']] };
    }
    case 'cohere': {
      const parts = partsOfMessage(objectAt(body, 'message') ?? { ...body, content: body['text'] ?? '' });
      return { turns: said(parts), ends: [body['finish_reason']] };
    }
    case 'tool':
      return {
        turns: [{ who: 'tool', parts: [part('result', answer.text ?? formatValue(answer.body))] }],
        ends: [],
      };
    case 'exception':
      return { turns: exception(body), ends: [] };
    case 'generation':
    case 'thread':
    case 'language-model':
    case 'transcription':
    case 'rerank':
    case 'images':
    case 'moderation':
    case 'token-count':
    case 'unknown': {
      const hasText = answer.shape !== 'unknown' && answer.text !== null;
      const parts = hasText ? partsOfContent(answer.text) : [part('data', formatValue(answer.body))];
      return { turns: [{ who: answer.outcome === 'ERROR' ? 'error' : 'answer', parts }], ends: [] };
    }
  }
}

function said(parts: Part[]): Turn[] {
  return [{ who: 'assistant', parts }];
}

/** One turn for each choice, numbered when there are several. */
function each(choices: JsonObject[], partsOf: (choice: JsonObject) => Part[]): Turn[] {
  return choices.map((choice, index) => ({
    who: choices.length === 1 ? 'assistant' : `choice ${index + 1}`,
    parts: partsOf(choice),
  }));
}

function exception({ type, message, status: _status, data, partial }: JsonObject): Turn[] {
  const parts = [
    part('data', formatValue(message), formatValue(type)),
    ...(data == null ? [] : [part('data', formatValue(data))]),
  ];
  const before =
    partial == null ? [] : [{ who: 'before the error', parts: [part('data', formatValue(partial))] }];
  return [...before, { who: 'error', parts }];
}

/** Vectors with their dimensions and first numbers. */
function vectors(body: JsonObject): string {
  const lines = objectsAt(body, 'data').map(({ embedding }, index) => {
    if (!Array.isArray(embedding)) return `${index}: ${String(formatValue(embedding)).slice(0, 60)}`;
    const start = embedding
      .slice(0, 6)
      .map((number) => (typeof number === 'number' ? number.toFixed(4) : '?'));
    return `${index}: ${embedding.length} numbers, ${start.join(', ')}${embedding.length > 6 ? ', …' : ''}`;
  });
  return lines.join('\n');
}

/** All token counts of a usage object; each API has its own names. */
function tokens(usage: JsonObject): string {
  return Object.entries(usage)
    .filter(([, value]) => typeof value === 'number')
    .map(([name, value]) => `${name.replaceAll('_', ' ')} ${value}`)
    .join(', ');
}

function fact(name: string, value: JsonValue | undefined): Fact[] {
  return value === undefined || value === null || value === '' ? [] : [{ name, value: formatValue(value) }];
}
