import { dump } from 'js-yaml';

/** A call of OpenAI's chat API in a cassette. */
export interface CassetteCall {
  model?: string;
  messages: { role: string; content: string | null; tool_calls?: object[]; tool_call_id?: string }[];
  tools?: object[];
  /** The text of the answer, or the tool that it calls. */
  say?: string;
  call?: { name: string; arguments: object };
  /** Distinguishes the ids and times of two recordings of the same call. */
  take?: number;
}

const URI = 'https://api.openai.com/v1/chat/completions';
/** 2026-01-05, 09:00 UTC, in seconds. */
const FIRST_TAKE = 1_767_603_600;

/** The text of a cassette as vcrpy writes it: YAML with sorted keys. */
export function cassetteText(...calls: CassetteCall[]): string {
  return dump({ interactions: calls.map(interactionOf), version: 1 }, { sortKeys: true, lineWidth: 80 });
}

/** A cassette with one question and its answer. */
export function greeting(ask: string, say: string, model = 'gpt-4o-mini'): string {
  return cassetteText({ model, messages: [{ role: 'user', content: ask }], say });
}

function interactionOf(call: CassetteCall, index: number) {
  const { model = 'gpt-4o-mini', messages, tools, take = 0 } = call;
  const request = { messages, model, ...(tools && { tools, tool_choice: 'auto' }) };
  const body = JSON.stringify(request);
  const answer = JSON.stringify(answerOf(call, index), null, 2);
  const time = new Date((FIRST_TAKE + take * 3_600 + index) * 1_000).toUTCString();
  return {
    request: {
      method: 'POST',
      uri: URI,
      body,
      headers: {
        accept: ['application/json'],
        'content-length': [String(body.length)],
        'content-type': ['application/json'],
        host: ['api.openai.com'],
        'user-agent': ['OpenAI/Python 1.99.6'],
      },
    },
    response: {
      status: { code: 200, message: 'OK' },
      headers: {
        connection: ['keep-alive'],
        'content-length': [String(answer.length)],
        'content-type': ['application/json'],
        date: [time],
        'openai-processing-ms': [String(400 + 37 * index + 11 * take)],
      },
      body: { string: answer },
    },
  };
}

function answerOf({ model = 'gpt-4o-mini', messages, say, call, take = 0 }: CassetteCall, index: number) {
  const text = say ?? null;
  const called = call && {
    tool_calls: [
      {
        id: `call_${take}${index}Vb3kQm`,
        type: 'function',
        function: { name: call.name, arguments: JSON.stringify(call.arguments) },
      },
    ],
  };
  const prompt = Math.ceil(JSON.stringify(messages).length / 4);
  const completion = Math.ceil(JSON.stringify(text ?? call ?? '').length / 4);
  return {
    id: `chatcmpl-${take}${index}Xc9`,
    object: 'chat.completion',
    created: FIRST_TAKE + take * 3_600 + index,
    model,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: text, ...called, refusal: null },
        logprobs: null,
        finish_reason: call ? 'tool_calls' : 'stop',
      },
    ],
    usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion },
  };
}
