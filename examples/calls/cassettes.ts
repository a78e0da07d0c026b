import { type CassetteCall, cassetteText } from '../../test/support/cassette.js';

/** A cassette of the example: what pytest-recording writes for one test of `tests/workshop`. */
export interface Cassette {
  path: string;
  testId: string;
  text: string;
}

const WORKSHOP = 'You book repairs in the workshop of a bicycle shop. Today is 2 March.';
const FILE = 'test_bookings';

const BOOK = tool('book_slot', ['date', 'service', 'confirm_by']);
const FIND = tool('find_booking', ['customer']);
const MOVE = tool('move_booking', ['booking', 'date']);
const PRICE = tool('price_of', ['service']);

function tool(name: string, fields: string[]) {
  const properties = Object.fromEntries(fields.map((field) => [field, { type: 'string' }]));
  return {
    type: 'function',
    function: { name, parameters: { type: 'object', properties, required: fields } },
  };
}

function toWorkshop(question: string): CassetteCall['messages'] {
  return [
    { role: 'system', content: WORKSHOP },
    { role: 'user', content: question },
  ];
}

/** `test` as in the file's name: the class of a test and a dot before it. */
function cassette(test: string, calls: CassetteCall[]): Cassette {
  const testId = `tests/workshop/${FILE}.py::${test.replace(/^([A-Z]\w*)\./, '$1::')}`;
  return { path: `tests/workshop/cassettes/${FILE}/${test}.yaml`, testId, text: cassetteText(...calls) };
}

/**
 * A conversation with one tool: the question, the tool that the model calls, its result, and the answer.
 * @param take distinguishes the ids of two recordings
 */
function withTool(
  { question, tools, result, say }: { question: string; tools: object[]; result: object; say: string },
  call: { name: string; arguments: object },
  take = 0,
): CassetteCall[] {
  const id = `call_${take}0Vb3kQm`;
  const called = { id, type: 'function', function: { ...call, arguments: JSON.stringify(call.arguments) } };
  return [
    { messages: toWorkshop(question), tools, call, take },
    {
      messages: [
        ...toWorkshop(question),
        { role: 'assistant', content: null, tool_calls: [called] },
        { role: 'tool', content: JSON.stringify(result), tool_call_id: id },
      ],
      tools,
      say,
      take,
    },
  ];
}

function bookedSlot(confirmBy: 'sms' | 'email', take = 0): Cassette {
  const talk = {
    question: 'Can you fit new brakes on Thursday? You have my number and my address.',
    tools: [BOOK],
    result: { booking: 'W-318', date: '2026-03-05' },
    say: 'Your brakes are booked for Thursday, 5 March. You will get a confirmation.',
  };
  const values = { date: '2026-03-05', service: 'brakes', confirm_by: confirmBy };
  return cassette('test_books_a_slot', withTool(talk, { name: 'book_slot', arguments: values }, take));
}

function openingHours(take = 0): Cassette {
  const say = 'The workshop is open from 9 to 18, Tuesday to Saturday.';
  return cassette('test_opening_hours', [{ messages: toWorkshop('When are you open?'), say, take }]);
}

function movedBooking(): Cassette {
  const question = 'Please move my booking to Friday. My name is Ines Vermeer.';
  const found = { name: 'find_booking', arguments: { customer: 'Ines Vermeer' } };
  const [first, second] = withTool(
    { question, tools: [FIND, MOVE], result: { booking: 'W-302', date: '2026-03-03' }, say: '' },
    found,
  ) as [CassetteCall, CassetteCall];
  const move = { name: 'move_booking', arguments: { booking: 'W-302', date: '2026-03-06' } };
  const id = 'call_01Vb3kQm';
  const called = { id, type: 'function', function: { ...move, arguments: JSON.stringify(move.arguments) } };
  const { say: _, ...asked } = second;
  return cassette('test_moves_a_booking', [
    first,
    { ...asked, call: move },
    {
      ...asked,
      messages: [
        ...asked.messages,
        { role: 'assistant', content: null, tool_calls: [called] },
        { role: 'tool', content: '{"moved": true}', tool_call_id: id },
      ],
      say: 'Done: see you on Friday, 6 March.',
    },
  ]);
}

function greetingIn(language: string, question: string, say: string): Cassette {
  return cassette(`test_answers_in_the_language[${language}]`, [{ messages: toWorkshop(question), say }]);
}

/** The cassettes of the example's tests on `main`. `support-desk/` has them. */
export const MAIN_CASSETTES: Cassette[] = [
  openingHours(),
  bookedSlot('sms'),
  movedBooking(),
  cassette('test_asks_for_the_date', [
    { messages: toWorkshop('I need new tyres.'), tools: [BOOK], say: 'Gladly. Which day suits you?' },
  ]),
  cassette(
    'TestPrices.test_price_of_a_service',
    withTool(
      {
        question: 'What does a full service cost?',
        tools: [PRICE],
        result: { price: 89, currency: 'EUR' },
        say: 'A full service costs 89 euros.',
      },
      { name: 'price_of', arguments: { service: 'full service' } },
    ),
  ),
  greetingIn('de', 'Habt ihr morgen Zeit für einen Platten?', 'Ja, morgen ab 9 Uhr. Wann passt es dir?'),
  greetingIn(
    'nl',
    'Kunnen jullie morgen een lekke band plakken?',
    'Ja, morgen vanaf 9 uur. Hoe laat komt u?',
  ),
  // The test id has `openai:gpt-4o-mini`; a colon is not allowed in every file system.
  cassette('TestModels.test_greets[openai-gpt-4o-mini]', [
    { messages: toWorkshop('Hello!'), say: 'Hello! Shall I book a repair for you?' },
  ]),
];

/** The cassettes that the author of the example's pull request records again. */
export const CASSETTES_AGAIN: Cassette[] = [
  // Same tool, another argument.
  bookedSlot('email', 1),
  // Same response with other ids and times.
  openingHours(1),
];
