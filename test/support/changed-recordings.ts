import { filesOf, type Recording, record } from './recordings.js';

type Json = Record<string, unknown>;

/** The same call with another assistant message; the file name stays. */
export function withMessage(recording: Recording, message: Json, finish = 'stop'): Recording {
  const parsed = JSON.parse(recording.text) as { response: { body: { __data__: { choices: Json[] } } } };
  const [choice] = parsed.response.body.__data__.choices;
  if (choice) Object.assign(choice, { message: { role: 'assistant', ...message }, finish_reason: finish });
  return { ...recording, text: `${JSON.stringify(parsed, null, 2)}\n` };
}

/** The same call, which raised an exception instead. */
export function withException(recording: Recording, status: number, message: string): Recording {
  const parsed = JSON.parse(recording.text) as Json;
  parsed['response'] = {
    body: null,
    is_streaming: false,
    is_exception: true,
    exception_data: { category: 'provider_sdk', type: 'BadRequestError', status_code: status, message },
    exception_message: message,
  };
  return { ...recording, text: `${JSON.stringify(parsed, null, 2)}\n` };
}

/** A message that calls one tool. */
export function calling(name: string, given: Json): Json {
  const call = { name, arguments: JSON.stringify(given) };
  return { content: null, tool_calls: [{ id: 'call-1', type: 'function', function: call }] };
}

const FILE = 'tests/test_report.py';
const ROME = { city: 'Rome', unit: 'celsius' };
const LONG = 'The quick brown fox jumps over the lazy dog. '.repeat(60);

/** A base and a pull request with one change of each kind that report pages show in their own way. */
export function reportOfEachKind() {
  const of = (test: string, ask: string, say = '', model?: string) =>
    record({ test: `${FILE}::${test}`, ask, say, ...(model === undefined ? {} : { model }) });
  const renamed = withMessage(of('test_tool_renamed', 'Weather?'), calling('weather', ROME), 'tool_calls');
  const failing = of('test_now_an_error', 'Hello?', 'Hello there, how can I help you?');
  const reworded = of('test_long', 'Tell me a story.', `${LONG}It ends well. ${LONG}`);
  const cosmetic = of('test_cosmetic', 'One?', 'One.');
  const older = of('test_asked_anew', 'How is the weather in Rome?', 'It is sunny in Rome today.');
  const newer = of('test_asked_anew', 'How is the weather in Rome now?', 'It is rainy in Rome today.');
  const fresh = withMessage(
    of('test_brand_new', 'What time is it?', '', 'qwen'),
    calling('get_time', { zone: 'UTC' }),
    'tool_calls',
  );
  const gone = of('test_removed', 'Say goodbye.', 'Goodbye.');
  return {
    main: filesOf(renamed, failing, reworded, cosmetic, older, gone),
    add: filesOf(
      withMessage(renamed, calling('forecast', ROME), 'tool_calls'),
      withException(failing, 400, 'max_tokens is too large: 9000'),
      { ...reworded, text: reworded.text.replace('ends well', 'ends badly') },
      { ...cosmetic, text: cosmetic.text.replace('rec-1', 'rec-2') },
      newer,
      fresh,
    ),
    remove: [gone.path],
    recordings: { renamed, failing, reworded, cosmetic, older, newer, fresh, gone },
  };
}
