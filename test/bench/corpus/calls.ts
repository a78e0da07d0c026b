import type { Call, Json, JsonObject } from '../../support/recorder.js';
import { chance, noise, text, word } from './chance.js';

type Random = () => number;

/** Few suites hold most recordings. */
const SUITES = ['agents', 'responses', 'vector_io', 'inference', 'safety', 'tool_runtime', 'eval', 'files'];
const MODELS = ['llama3.2:3b-instruct-fp16', 'gpt-4o', 'gpt-4o-mini', 'qwen3:8b', 'llama-guard3:1b'];

/**
 * Instructions that many calls repeat, whatever they ask: what an archive of all compresses better than each
 * file alone.
 */
const INSTRUCTIONS = [1, 2, 3].map((seed) => text(chance(seed), 900));

/** What the recordings of one test have in common. */
export interface TestOfCalls {
  suite: string;
  testId: string;
  model: string;
  system: string;
  /** Asks for the likelihood of each word. */
  logprobs: boolean;
}

export function testOf(random: Random, number: number): TestOfCalls {
  const suite = SUITES[Math.floor(SUITES.length * random() ** 2)] ?? 'agents';
  const model = MODELS[Math.floor(MODELS.length * random() ** 1.5)] ?? 'gpt-4o';
  const folder = `tests/integration/${suite}`;
  return {
    suite: folder,
    testId: `${folder}/test_${word(random)}_${number % 12}.py::test_${word(random)}_${number}[txt=${model}]`,
    model,
    system: INSTRUCTIONS[number % INSTRUCTIONS.length] ?? '',
    logprobs: random() < 0.2,
  };
}

/** A streamed answer: one chunk for each word, until the file is as large as wanted. */
export function streamed(random: Random, test: TestOfCalls, size: number): Call {
  const padded = test.model.startsWith('gpt');
  // What one chunk takes in the file, indented as the recorder does.
  const chunks = Math.max(
    3,
    Math.round((size - 2_300) / (848 + (padded ? 57 : 0) + (test.logprobs ? 560 : 0))),
  );
  const body = Array.from({ length: chunks }, (_, at) => {
    const isEnd = at === 0 || at === chunks - 1;
    const content = isEnd ? '' : ` ${word(random)}`;
    const logprobs = test.logprobs && !isEnd ? likelihood(random, content) : null;
    const obfuscation = padded ? { obfuscation: noise(random, 6 + Math.floor(random() * 9)) } : {};
    return {
      __type__: 'openai.types.chat.chat_completion_chunk.ChatCompletionChunk',
      __data__: {
        id: '',
        choices: [
          {
            delta: { content, function_call: null, refusal: null, role: 'assistant', tool_calls: null },
            finish_reason: at === chunks - 1 ? 'stop' : null,
            index: 0,
            logprobs,
          },
        ],
        created: 0,
        model: test.model,
        object: 'chat.completion.chunk',
        service_tier: null,
        system_fingerprint: 'fp_ollama',
        usage: null,
        ...obfuscation,
      },
    };
  });
  return chat(random, test, { stream: true, logprobs: test.logprobs }, { body, is_streaming: true });
}

function likelihood(random: Random, token: string): Json {
  const bytes = [...Buffer.from(token)];
  return { content: [{ token, bytes, logprob: -Number((random() * 9).toPrecision(8)), top_logprobs: [] }] };
}

/** An answer in one piece; the conversation before it, which quotes itself, fills the file to its size. */
export function answered(random: Random, test: TestOfCalls, size: number): Call {
  const length = Math.max(40, size - 1_900 - test.system.length);
  const message = { content: text(random, length / 4), refusal: null, role: 'assistant', tool_calls: null };
  const body = {
    __type__: 'openai.types.chat.chat_completion.ChatCompletion',
    __data__: {
      id: '',
      choices: [{ finish_reason: 'stop', index: 0, logprobs: null, message }],
      created: 0,
      model: test.model,
      object: 'chat.completion',
      usage: { completion_tokens: Math.round(length / 20), prompt_tokens: 300, total_tokens: 400 },
    },
  };
  const asked = text(random, length / 4);
  const before = [
    { role: 'user', content: asked },
    { role: 'assistant', content: `You said: ${asked} So: ${asked}` },
  ];
  return chat(random, test, { messages: before }, { body, is_streaming: false });
}

/** A question with a picture: what no compression makes smaller. */
export function shown(random: Random, test: TestOfCalls, size: number): Call {
  const image = {
    type: 'image_url',
    image_url: { url: `data:image/png;base64,${noise(random, size - 3_000)}` },
  };
  const call = answered(random, test, 3_000);
  const { request } = call;
  if (request.kind === 'inference') request.body['messages'] = [{ role: 'user', content: [image] }];
  return call;
}

/** Vectors of 384 numbers, one number a line. */
export function embedded(random: Random, test: TestOfCalls, size: number): Call {
  const vectors = Math.max(1, Math.round((size - 1_000) / 10_300));
  const data = Array.from({ length: vectors }, (_, index) => ({
    embedding: Array.from({ length: 384 }, () => Number(((random() - 0.5) / 5).toPrecision(8))),
    index,
    object: 'embedding',
  }));
  const model = 'all-minilm:l6-v2';
  const input = data.map(() => text(random, 40));
  return {
    suite: test.suite,
    testId: test.testId,
    request: {
      kind: 'inference',
      url: 'http://0.0.0.0:11434/v1/v1/embeddings',
      body: { model, input, encoding_format: 'float' },
    },
    response: {
      body: {
        __type__: 'openai.types.create_embedding_response.CreateEmbeddingResponse',
        __data__: { data, model, object: 'list', usage: { prompt_tokens: 9, total_tokens: 9 } },
      },
      is_streaming: false,
    },
  };
}

function chat(random: Random, test: TestOfCalls, more: JsonObject, response: Call['response']): Call {
  const said = Array.isArray(more['messages']) ? more['messages'] : [];
  const messages = [
    { role: 'system', content: test.system },
    ...said,
    { role: 'user', content: `${text(random, 120)}?` },
  ];
  return {
    suite: test.suite,
    testId: test.testId,
    request: {
      kind: 'inference',
      url: 'http://0.0.0.0:11434/v1/v1/chat/completions',
      body: { model: test.model, ...more, messages },
    },
    response,
  };
}
