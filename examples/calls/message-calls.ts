import type { Call } from '../../test/support/recorder.js';
import { message, overloaded, streamedMessage } from '../../test/support/recorder-messages.js';
import { testFile } from './ask.js';
import { CLAUDE, DESK } from './models.js';

const messages = testFile('providers', 'test_anthropic');
const SERVED = 'claude-3-5-haiku-20241022';

function asked(question: string) {
  return { max_tokens: 200, system: DESK, messages: [{ role: 'user', content: question }] };
}

export const MESSAGE_CALLS: Call[] = [
  messages.message(
    'test_greeting',
    CLAUDE,
    asked('Good morning!'),
    message({
      id: 'msg_01GreetingAaBbCcDdEeFfGg',
      model: SERVED,
      content: [{ type: 'text', text: 'Good morning! What can I do for you and your bicycle?' }],
      stop: 'end_turn',
      usage: { input_tokens: 27, output_tokens: 15 },
    }),
  ),
  streamedDirections('msg_01DirectionsAaBbCcDdEeFf', 4),
  messages.message(
    'test_order_is_looked_up',
    CLAUDE,
    {
      ...asked('Where is order 1042?'),
      tools: [
        {
          name: 'look_up_order',
          input_schema: { type: 'object', properties: { order: { type: 'integer' } } },
        },
      ],
    },
    message({
      id: 'msg_01LookUpAaBbCcDdEeFfGgHh',
      model: SERVED,
      content: [
        { type: 'tool_use', id: 'toolu_01AaBbCcDdEeFfGg', name: 'look_up_order', input: { order: 1042 } },
      ],
      stop: 'tool_use',
      usage: { input_tokens: 341, output_tokens: 38 },
    }),
  ),
  messages.message(
    'test_overload_is_passed_on',
    CLAUDE,
    asked('Are you there?'),
    overloaded('req_011AaBbCcDdEeFfGgHh'),
  ),
];

/** The pull request records the same response with another id and other chunks. */
export function streamedDirections(id: string, each: number): Call {
  const text =
    'We are at the old mill by the canal, two minutes on foot from the station. There is room for trailers.';
  const usage = { input_tokens: 31, output_tokens: 26 };
  const payload = { ...asked('How do I find you?'), stream: true };
  return messages.message(
    'test_directions_streaming',
    CLAUDE,
    payload,
    streamedMessage({ id, model: SERVED, text, usage }, each),
  );
}
