/** Words of the generated answers. */
const WORDS =
  'the rain in spain stays mainly on plain fields while a quick brown fox jumps over lazy dogs'.split(' ');

/**
 * A recording of a streamed answer, some 20 KB, the same for the same arguments. Version 1 differs from 0 in
 * ids, times and, in every third recording, in words or in a tool's argument; version 2 asks in another way
 * too.
 */
export function generateRecording(index: number, version: number): Uint8Array {
  const other = version > 0 && index % 3 === 0;
  const chunk = (delta: object, finish: string | null = null) => ({
    __type__: 'openai.types.chat.chat_completion_chunk.ChatCompletionChunk',
    __data__: {
      id: `chatcmpl-${index}-${version}`,
      object: 'chat.completion.chunk',
      created: 1_700_000_000 + index + version,
      model: 'model-1',
      choices: [{ index: 0, delta, finish_reason: finish, logprobs: null }],
      usage: null,
    },
  });
  const text = Array.from({ length: 60 }, (_, at) => {
    const word = WORDS[(index * 31 + at * 7) % WORDS.length];
    return chunk({ role: 'assistant', content: other && at % 9 === 0 ? ` ${word}ly` : ` ${word}` });
  });
  const given = JSON.stringify({ city: other && index % 2 === 0 ? 'Paris' : 'London', days: index % 7 });
  const call = {
    index: 0,
    id: `call_${index}_${version}`,
    type: 'function',
    function: { name: 'weather', arguments: given },
  };
  const recording = {
    test_id: `tests/test_${index % 40}.py::test_${index % 10}`,
    request: {
      method: 'POST',
      url: 'http://localhost/v1/chat/completions',
      headers: {},
      endpoint: '/v1/chat/completions',
      model: 'model-1',
      body: {
        model: 'model-1',
        stream: true,
        messages: [{ role: 'user', content: `Question ${index}: what is the weather, and why?` }],
        ...(version === 2 ? { stream_options: { include_usage: true } } : {}),
      },
    },
    response: { body: [...text, chunk({ tool_calls: [call] }), chunk({}, 'tool_calls')], is_streaming: true },
  };
  return Buffer.from(JSON.stringify(recording, null, 2));
}
