// Streams of services for the tests of reassembly: what a response says, in pieces cut anywhere.
import type { JsonObject } from '../src/vocabulary/recording.js';

/** What a response says, each in the pieces in which it is streamed. */
export interface Pieces {
  thoughts: string[];
  text: string[];
  /** JSON of a tool's arguments. */
  json: string[];
}

/** A stream by the name of its service, with what it can say. */
export type ServiceStream = [
  name: string,
  chunksOf: (pieces: Pieces) => JsonObject[],
  says: ('thoughts' | 'text' | 'json')[],
];

const converse = ({ thoughts, text, json }: Pieces): JsonObject[] => {
  const delta = (contentBlockIndex: number, piece: JsonObject): JsonObject => ({
    contentBlockDelta: { contentBlockIndex, delta: piece, p: 'abc'.slice(json.length % 3) },
  });
  const start = { toolUse: { toolUseId: 't', name: 'get_weather' } };
  return [
    { messageStart: { role: 'assistant', p: 'ab' } },
    ...thoughts.map((piece) => delta(0, { reasoningContent: { text: piece } })),
    delta(0, { reasoningContent: { signature: 'sig' } }),
    { contentBlockStop: { contentBlockIndex: 0 } },
    ...text.map((piece) => delta(1, { text: piece })),
    delta(1, { citation: { title: 'x' } }),
    { contentBlockStart: { contentBlockIndex: 2, start } },
    ...json.map((piece) => delta(2, { toolUse: { input: piece } })),
    { contentBlockStart: { contentBlockIndex: 3, start } },
    { messageStop: { stopReason: 'tool_use' } },
    { metadata: { usage: { totalTokens: 3 }, metrics: { latencyMs: 5 } } },
  ];
};

const cohere = ({ thoughts, text, json }: Pieces): JsonObject[] => {
  const event = (type: string, index: number, message: JsonObject): JsonObject => ({
    type,
    index,
    delta: { message },
  });
  const call = { id: 'c', type: 'function', function: { name: 'get_weather', arguments: '' } };
  return [
    { type: 'message-start', id: 'm', delta: { message: { role: 'assistant', content: [] } } },
    ...thoughts.map((piece) => ({ type: 'tool-plan-delta', delta: { message: { tool_plan: piece } } })),
    event('content-start', 0, { content: { type: 'text', text: '' } }),
    ...text.map((piece) => event('content-delta', 0, { content: { text: piece } })),
    { type: 'content-end', index: 0 },
    event('citation-start', 0, { citations: { start: 0, end: 1 } }),
    event('tool-call-start', 0, { tool_calls: call }),
    ...json.map((piece) => event('tool-call-delta', 0, { tool_calls: { function: { arguments: piece } } })),
    event('tool-call-start', 1, { tool_calls: { ...call, id: 'd' } }),
    { type: 'message-end', delta: { finish_reason: 'COMPLETE', usage: { tokens: { output_tokens: 2 } } } },
  ];
};

/** Without its last event, which repeats the response. */
const cohereV1 = ({ text, json }: Pieces): JsonObject[] => [
  { is_finished: false, event_type: 'stream-start', generation_id: 'g' },
  ...text.map((piece) => ({ is_finished: false, event_type: 'text-generation', text: piece })),
  {
    is_finished: false,
    event_type: 'tool-calls-generation',
    tool_calls: [{ name: 'get_weather', parameters: { given: json.join('') } }],
  },
];

const cohereGenerate = ({ text }: Pieces): JsonObject[] => [
  ...text.map((piece, index) => ({ text: piece, index, is_finished: false })),
  { is_finished: true, finish_reason: 'COMPLETE' },
];

const titan = ({ text }: Pieces): JsonObject[] => [
  {
    outputText: '',
    index: 0,
    totalOutputTextTokenCount: null,
    completionReason: null,
    inputTextTokenCount: 4,
  },
  ...text.map((piece) => ({
    outputText: piece,
    index: 0,
    totalOutputTextTokenCount: null,
    completionReason: null,
    inputTextTokenCount: null,
  })),
  { outputText: '', totalOutputTextTokenCount: 9, completionReason: 'FINISH', inputTextTokenCount: null },
];

const llama = ({ text }: Pieces): JsonObject[] => [
  ...text.map((piece) => ({ generation: piece, prompt_token_count: null, stop_reason: null })),
  { generation: '', prompt_token_count: null, generation_token_count: 3, stop_reason: 'stop' },
];

const mistralAtBedrock = ({ text }: Pieces): JsonObject[] => [
  ...text.map((piece) => ({ outputs: [{ text: piece, stop_reason: null }] })),
  { outputs: [{ text: '', stop_reason: 'stop' }] },
];

const watsonx = ({ text }: Pieces): JsonObject[] => [
  ...text.map((piece) => ({
    model_id: 'm',
    results: [{ generated_text: piece, stop_reason: 'not_finished' }],
  })),
  { model_id: 'm', results: [{ generated_text: '', stop_reason: 'eos_token' }] },
];

const anthropicCompletion = ({ text }: Pieces): JsonObject[] => [
  ...text.map((piece) => ({ type: 'completion', completion: piece, stop_reason: null, model: 'claude-2' })),
  { type: 'completion', completion: '', stop_reason: 'stop_sequence', model: 'claude-2' },
];

const sourcegraph = ({ text }: Pieces): JsonObject[] => [
  ...text.map((piece) => ({ type: 'completion', deltaText: piece })),
  { type: 'completion', deltaText: '', stopReason: 'end_turn' },
];

const sourcegraphBefore2024 = ({ text }: Pieces): JsonObject[] => [
  { type: 'completion', completion: '', stopReason: '' },
  ...text.map((_, index) => ({
    type: 'completion',
    completion: text.slice(0, index + 1).join(''),
    stopReason: '',
  })),
  { type: 'completion', completion: text.join(''), stopReason: 'stop_sequence' },
];

const huggingFace = ({ text }: Pieces): JsonObject[] => [
  ...text.map((piece) => ({ token: { id: 1, text: piece, special: false }, generated_text: null })),
  { token: { id: 2, text: '</s>', special: true }, generated_text: text.join(''), details: null },
];

const transcription = ({ text }: Pieces): JsonObject[] => [
  ...text.map((delta) => ({ type: 'transcript.text.delta', delta })),
  { type: 'transcript.text.done', text: text.join(''), usage: { total_tokens: 3 } },
];

const assistant = ({ text }: Pieces): JsonObject[] => [
  { object: 'thread.run', id: 'run_1', status: 'queued', created_at: 1 },
  { object: 'thread.message', id: 'msg_1', status: 'in_progress', role: 'assistant', content: [] },
  ...text.map((value) => ({
    object: 'thread.message.delta',
    id: 'msg_1',
    delta: { content: [{ index: 0, type: 'text', text: { value } }] },
  })),
  { object: 'thread.run', id: 'run_1', status: 'completed', created_at: 1, usage: { total_tokens: 3 } },
];

const aiSdk = ({ thoughts, text, json }: Pieces): JsonObject[] => [
  { type: 'stream-start', warnings: [] },
  { type: 'response-metadata', id: 'r', modelId: 'm' },
  { type: 'reasoning-start', id: '0' },
  ...thoughts.map((delta) => ({ type: 'reasoning-delta', id: '0', delta })),
  { type: 'reasoning-end', id: '0' },
  { type: 'text-start', id: '1' },
  ...text.map((delta) => ({ type: 'text-delta', id: '1', delta })),
  { type: 'text-end', id: '1' },
  { type: 'tool-input-start', id: 'c', toolName: 'get_weather' },
  ...json.map((delta) => ({ type: 'tool-input-delta', id: 'c', delta })),
  { type: 'tool-call', toolCallId: 'c', toolName: 'get_weather', input: json.join('') },
  { type: 'finish', finishReason: 'tool-calls', usage: { totalTokens: 3 } },
];

const aiSdkV1 = ({ text, json }: Pieces): JsonObject[] => [
  ...text.map((textDelta) => ({ type: 'text-delta', textDelta })),
  { type: 'tool-call', toolCallId: 'c', toolName: 'get_weather', args: json.join('') },
  { type: 'finish', finishReason: 'tool-calls', usage: { promptTokens: 3 } },
];

/** Every service whose stream has a family, apart from those of the large providers. */
export const SERVICE_STREAMS: ServiceStream[] = [
  ['Bedrock Converse', converse, ['thoughts', 'text', 'json']],
  ['Cohere', cohere, ['thoughts', 'text', 'json']],
  ['Cohere, version 1, without an end', cohereV1, ['text', 'json']],
  ['Cohere generate', cohereGenerate, ['text']],
  ['Titan', titan, ['text']],
  ['Llama', llama, ['text']],
  ['Mistral at Bedrock', mistralAtBedrock, ['text']],
  ['watsonx', watsonx, ['text']],
  ['Anthropic completions', anthropicCompletion, ['text']],
  ['Sourcegraph', sourcegraph, ['text']],
  ['Sourcegraph with the text so far', sourcegraphBefore2024, ['text']],
  ['Hugging Face', huggingFace, ['text']],
  ['transcription', transcription, ['text']],
  ['OpenAI assistants', assistant, ['text']],
  ['AI SDK', aiSdk, ['thoughts', 'text', 'json']],
  ['AI SDK, version 1', aiSdkV1, ['text', 'json']],
];
