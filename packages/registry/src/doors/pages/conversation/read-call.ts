import { createHash } from 'node:crypto';
import { bytesIn } from '../../../recordings/documents/binary.js';
import { headerOf } from '../../../recordings/http/headers.js';
import type { Exchange, JsonValue } from '../../../vocabulary/recording.js';
import { formatSize } from '../layout/file-size.js';
import type { Conversation, Fact, Part, Turn } from './conversation.js';
import { formatValue } from './format-json.js';
import { readConversation } from './read-conversation.js';
import { part } from './read-message.js';

/** A call of a cassette as a page shows it. All text is untrusted and not escaped. */
export interface Call {
  /** From 1, in the order of the file. */
  number: number;
  exchange: Exchange;
  /** Of a call that is no request to a model, such as a download: one turn for each body. */
  conversation: Conversation;
}

/** Reads a call of a cassette. Never throws, whatever the bodies are. */
export function readCall(exchange: Exchange): Call {
  const conversation = isForModel(exchange) ? readConversation(exchange) : readPlainCall(exchange);
  return { number: exchange.position + 1, exchange, conversation: withoutLongBase64(conversation) };
}

function isForModel({ model, answer }: Exchange): boolean {
  return model !== null || answer.shape !== 'unknown';
}

function readPlainCall({ request, answer, responseHeaders }: Exchange): Conversation {
  const speaker = answer.outcome === 'ERROR' ? 'error' : 'response';
  const facts: Fact[] = [
    { name: 'HTTP status', value: answer.status === null ? '' : String(answer.status) },
    { name: 'Content type', value: headerOf(responseHeaders, 'content-type') ?? '' },
    { name: 'Size', value: formatSize(sizeOf(answer.body)) },
  ];
  return {
    prompt: turnOf('request', request['body']),
    settings: [],
    answer: turnOf(speaker, answer.body),
    outcome: facts.filter(({ value }) => value !== ''),
  };
}

function turnOf(who: string, body: JsonValue | undefined): Turn[] {
  if (body === undefined || body === null || body === '') return [];
  return [{ who, parts: [part('data', formatValue(body))] }];
}

/** The bytes of a body; of a parsed one, as it is shown. */
function sizeOf(body: JsonValue): number {
  return body === null ? 0 : (bytesIn(body)?.length ?? Buffer.byteLength(formatValue(body)));
}

const LONG_BASE64 = /[A-Za-z0-9+/_-]{160,}={0,2}/g;
const SHOWN_BASE64 = 24;

/** Shortens images and signatures in data. A digest stays, so that two of the same length still differ. */
function withoutLongBase64(conversation: Conversation): Conversation {
  const inPart = (each: Part): Part =>
    PROSE.has(each.kind) ? each : { ...each, text: shortenBase64(each.text) };
  const inTurn = (turn: Turn): Turn => ({ ...turn, parts: turn.parts.map(inPart) });
  return {
    prompt: conversation.prompt.map(inTurn),
    settings: conversation.settings.map(({ name, value }) => ({ name, value: shortenBase64(value) })),
    answer: conversation.answer.map(inTurn),
    outcome: conversation.outcome,
  };
}

const PROSE: ReadonlySet<Part['kind']> = new Set(['text', 'thinking', 'refusal']);

function shortenBase64(text: string): string {
  return text.replaceAll(LONG_BASE64, (encoded) => {
    const digest = createHash('sha256').update(encoded).digest('hex').slice(0, 8);
    const size = formatSize(Math.floor((encoded.length * 3) / 4));
    return `${encoded.slice(0, SHOWN_BASE64)}… (${size} in base64, sha256 ${digest}…)`;
  });
}
