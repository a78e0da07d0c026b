import type { Call, JsonObject } from '../../test/support/recorder.js';
import {
  chat,
  providerError,
  streamedChat,
  type ToolUse,
  toolResult,
} from '../../test/support/recorder-answers.js';
import { STREAM, testFile, toDesk } from './ask.js';
import { GPT, LLAMA } from './models.js';

const refunds = testFile('agents', 'test_refunds');
const tickets = testFile('agents', 'test_tickets');

const REFUND = 'Order 1042 never arrived. I want my money back.';
const ANGRY = 'This is the third time my wheel comes back bent! I want to speak to somebody NOW.';
const STOCK = 'Do you have the red 54 cm frame, and the blue one?';

const ORDER = { order: 1042, status: 'lost in the post', paid: 89.5 };
const LOOK_UP: ToolUse = { id: 'call_Lw3kQ9', name: 'look_up_order', arguments: { order: 1042 } };

function tool(name: string, properties: JsonObject): JsonObject {
  const parameters = { type: 'object', properties, required: Object.keys(properties) };
  return { type: 'function', function: { name, parameters } };
}

const ORDER_TOOLS = {
  tools: [
    tool('look_up_order', { order: { type: 'integer' } }),
    tool('refund', { order: { type: 'integer' } }),
  ],
};
const TICKET_TOOLS = {
  tools: [tool('open_ticket', { subject: { type: 'string' }, priority: { type: 'string' } })],
  tool_choice: 'auto',
};
const STOCK_TOOLS = {
  tools: [tool('in_stock', { frame: { type: 'string' }, colour: { type: 'string' } })],
};

/** The conversation after a tool call. */
function afterTool(
  question: string,
  { id, name, arguments: values }: ToolUse,
  result: JsonObject,
): JsonObject[] {
  return [
    ...toDesk(question),
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id, type: 'function', function: { name, arguments: JSON.stringify(values) } }],
    },
    { role: 'tool', tool_call_id: id, content: JSON.stringify(result) },
  ];
}

export const AGENT_CALLS: Call[] = [
  refunds.chat(
    'test_refund_of_a_lost_order',
    GPT,
    toDesk(REFUND),
    ORDER_TOOLS,
    chat(GPT, {
      tools: [LOOK_UP],
      usage: [118, 16],
    }),
  ),
  refunds.tool('test_refund_of_a_lost_order', GPT, 'look_up_order', { order: 1042 }, toolResult(ORDER)),
  refunds.chat(
    'test_refund_of_a_lost_order',
    GPT,
    afterTool(REFUND, LOOK_UP, ORDER),
    ORDER_TOOLS,
    chat(GPT, {
      tools: [{ id: 'call_b7Xs2m', name: 'refund', arguments: { order: 1042 } }],
      usage: [152, 15],
    }),
  ),
  refunds.tool('test_refund_of_a_lost_order', GPT, 'refund', { order: 1042 }, toolResult({ refunded: 89.5 })),
  refunds.chat(
    'test_rate_limit_is_passed_on',
    GPT,
    toDesk('Hello?'),
    ORDER_TOOLS,
    providerError('RateLimitError', 429, {
      message: 'Rate limit reached for gpt-4o: limit 30000, used 29870, requested 412.',
      type: 'tokens',
      code: 'rate_limit_exceeded',
    }),
  ),
  angryCustomer('normal'),
  tickets.chat(
    'test_angry_customer_gets_a_ticket',
    LLAMA,
    toDesk(ANGRY),
    { ...TICKET_TOOLS, ...STREAM },
    streamedChat(LLAMA, {
      tools: [
        { id: 'call_8gq2', name: 'open_ticket', arguments: { subject: 'bent wheel', priority: 'high' } },
      ],
      usage: [171, 28],
    }),
  ),
  tickets.chat(
    'test_two_tools_at_once',
    GPT,
    toDesk(STOCK),
    { ...STOCK_TOOLS, ...STREAM },
    streamedChat(GPT, {
      tools: [
        { id: 'call_Rd54aa', name: 'in_stock', arguments: { frame: '54 cm', colour: 'red' } },
        { id: 'call_Bl54bb', name: 'in_stock', arguments: { frame: '54 cm', colour: 'blue' } },
      ],
      usage: [104, 47],
    }),
  ),
];

/** The pull request of the example records it again, with another priority. */
export function angryCustomer(priority: string): Call {
  return tickets.chat(
    'test_angry_customer_gets_a_ticket',
    GPT,
    toDesk(ANGRY),
    TICKET_TOOLS,
    chat(GPT, {
      tools: [
        {
          id: 'call_T1cket',
          name: 'open_ticket',
          arguments: { subject: 'Wheel came back bent three times', priority },
        },
      ],
      usage: [109, 24],
    }),
  );
}
