import type { IncomingMessage } from 'node:http';
import { type Connection, registryAddress } from '../registry/connection.js';
import { addressOf } from '../registry/registry-address.js';
import { RegistryError, type RegistryErrorCode, TransientError } from '../registry/registry-error.js';
import { sendRequest } from './http-request.js';
import { PATIENCE } from './patience.js';
import { AnswerTooLong, answerText, MOST_BYTES } from './response-text.js';
import { readRetryAfter } from './retry.js';

export interface Question {
  method: 'POST' | 'PUT';
  /** Path below the registry's address, starting with a slash. */
  path: string;
  contentType: string;
  body: string | Uint8Array<ArrayBuffer>;
}

/** Characters of what a registry says that are passed on: enough for any explanation, no flood. */
export const LONGEST_MESSAGE = 2000;
const LONGEST_ID = 100;
const WORTH_ANOTHER_TRY = new Set([429, 502, 503, 504]);
const CODE_BY_STATUS: Record<number, RegistryErrorCode> = {
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  410: 'GONE',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'UNAVAILABLE',
};
// A certificate that is wrong now will be wrong in a minute.
const HOPELESS = /^(ERR_TLS|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/;

/**
 * Asks the registry once; the answer's body is still to be read.
 * @throws TransientError where another try may help, RegistryError where it will not
 */
export async function ask(connection: Connection, question: Question): Promise<IncomingMessage> {
  const answer = await send(connection, question);
  const coding = headerOf(answer, 'content-encoding') ?? 'identity';
  if (coding !== 'identity') {
    answer.destroy();
    // None was asked for, and a compressed answer has no size that could be bounded before it is unpacked.
    throw new RegistryError('SERVER', 'The registry, or a proxy before it, compressed an answer unasked.');
  }
  const status = statusOf(answer);
  if (status >= 200 && status < 300) return answer;
  if (status >= 300 && status < 400) throw redirected(connection, answer);
  const failure = await failureOf(connection, answer);
  if (!WORTH_ANOTHER_TRY.has(status)) throw failure;
  throw new TransientError(failure, retryAfterOf(answer));
}

/** Milliseconds that the registry asks to wait; null when it does not. */
export function retryAfterOf(answer: IncomingMessage): number | null {
  return readRetryAfter(headerOf(answer, 'retry-after'), Date.now());
}

/** The id by which the registry's own log tells of a request; null where it gave none. */
export function requestIdOf(answer: IncomingMessage): string | null {
  return headerOf(answer, 'x-request-id')?.slice(0, LONGEST_ID) ?? null;
}

function headerOf(answer: IncomingMessage, name: string): string | null {
  return answer.headers[name]?.toString() ?? null;
}

function statusOf(answer: IncomingMessage): number {
  return answer.statusCode ?? 500;
}

async function send(connection: Connection, question: Question): Promise<IncomingMessage> {
  const url = addressOf(connection, question.path);
  if (connection.token !== null && !/^[\x21-\x7e]+$/.test(connection.token)) {
    throw new RegistryError('UNAUTHENTICATED', 'The token holds spaces or characters that no token has.');
  }
  const headers: Record<string, string> = {
    'content-type': question.contentType,
    'user-agent': connection.userAgent,
    // A registry that reads from a replica must not answer with what was before the push of an earlier job.
    'x-fixture-registry-position': 'latest',
  };
  if (connection.token !== null) headers['authorization'] = `Bearer ${connection.token}`;
  try {
    // Redirects are not followed: one would carry the token to wherever it points.
    return await sendRequest(url, {
      method: question.method,
      headers,
      body: question.body,
      patience: { ...PATIENCE, ...connection.patience },
    });
  } catch (error) {
    throw error instanceof RegistryError ? error : unreachable(connection, error);
  }
}

/** What an error of the network, before or within an answer, amounts to. */
export function unreachable(connection: Connection, error: unknown): TransientError | RegistryError {
  const { code, message } = causeOf(error);
  const failure = new RegistryError(
    'UNREACHABLE',
    `The registry at ${registryAddress(connection)} cannot be reached: ${message}`,
  );
  return code !== null && HOPELESS.test(code) ? failure : new TransientError(failure);
}

/**
 * Reads the text of a good answer.
 * @throws TransientError when the connection breaks, RegistryError when the answer is longer than any honest one
 */
export async function readText(
  connection: Connection,
  answer: IncomingMessage,
  mostBytes: number,
): Promise<string> {
  try {
    return await answerText(answer, mostBytes);
  } catch (error) {
    if (!(error instanceof AnswerTooLong)) throw unreachable(connection, error);
    const address = registryAddress(connection);
    throw new RegistryError('SERVER', `What answers at ${address} does not end: ${error.message}.`);
  }
}

/** The innermost cause: fetch wraps what happened in "fetch failed", and several addresses in an AggregateError. */
function causeOf(error: unknown): { code: string | null; message: string } {
  let cause = error as Error & { code?: unknown; errors?: unknown[] };
  for (let depth = 0; depth < 5; depth++) {
    const inner = cause.cause ?? cause.errors?.[0];
    if (!(inner instanceof Error)) break;
    cause = inner as typeof cause;
  }
  const code = typeof cause.code === 'string' ? cause.code : null;
  return { code, message: cause.message === '' ? (code ?? cause.name) : cause.message };
}

function redirected(connection: Connection, answer: IncomingMessage): RegistryError {
  answer.destroy();
  const location = headerOf(answer, 'location') ?? '';
  const base = registryAddress(connection);
  const origin = URL.canParse(location, base) ? new URL(location, base).origin : 'another address';
  return new RegistryError(
    'INVALID',
    `The registry at ${base} redirects to ${origin}; redirects are not followed, so give the registry's own address.`,
  );
}

async function failureOf(connection: Connection, answer: IncomingMessage): Promise<RegistryError> {
  const status = statusOf(answer);
  const said = messageIn(await answerText(answer, MOST_BYTES.failure).catch(() => ''));
  const code = CODE_BY_STATUS[status] ?? (status < 500 ? 'INVALID' : 'SERVER');
  // 429 is below 500 and yet no fault of the question.
  const kind = status === 429 ? 'SERVER' : code;
  const what = said ?? (kind === 'UNAUTHENTICATED' ? 'the token is not valid' : `status ${status}`);
  const advice = kind === 'UNAUTHENTICATED' && connection.token === null ? ' No token was given.' : '';
  const begins = kind === 'UNAVAILABLE' ? 'The registry is not available' : 'The registry refused';
  return new RegistryError(kind, `${begins}: ${endless(what)}.${advice}`, requestIdOf(answer));
}

/** The message in an error of the content routes or of GraphQL; null when the answer is something else. */
function messageIn(body: string): string | null {
  try {
    const answer = JSON.parse(body) as { error?: { message?: unknown }; errors?: { message?: unknown }[] };
    const message = answer?.error?.message ?? answer?.errors?.[0]?.message;
    return typeof message === 'string' ? message.slice(0, LONGEST_MESSAGE) : null;
  } catch {
    return null;
  }
}

function endless(sentence: string): string {
  return sentence.replace(/\.$/, '');
}
