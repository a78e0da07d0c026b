import type { IncomingMessage } from 'node:http';
import { adviceOnToken, type Connection, registryAddress } from '../registry/connection.js';
import { addressOf } from '../registry/registry-address.js';
import { RegistryError, type RegistryErrorCode, TransientError } from '../registry/registry-error.js';
import { DEFAULT_TIMEOUTS } from '../registry/timeouts.js';
import { sendRequest } from './http-request.js';
import { networkError } from './network-error.js';
import { expectsTls, speaksHttps } from './other-protocol.js';
import { MAX_BYTES, ResponseTooLong, responseText } from './response-text.js';
import { readRetryAfter } from './retry.js';

export interface RegistryRequest {
  method: 'POST' | 'PUT';
  /** Path below the registry's address, starting with a slash. */
  path: string;
  contentType: string;
  body: string | Uint8Array<ArrayBuffer>;
}

/** Maximum characters of a registry's message that are shown. */
export const MAX_MESSAGE_LENGTH = 2000;
const MAX_ID_LENGTH = 100;
const RETRYABLE = new Set([429, 502, 503, 504]);
/** What a server without the registry's routes responds with. */
const NOT_A_REGISTRY = new Set([400, 404, 405, 501]);
/** How nginx and Go's server refuse plain http on a port for https. */
const EXPECTS_TLS = /plain HTTP request was sent to HTTPS port|sent an HTTP request to an HTTPS server/;
const CODE_BY_STATUS: Record<number, RegistryErrorCode> = {
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  410: 'GONE',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'UNAVAILABLE',
};

/**
 * Sends one request to the registry, without retries.
 * @returns a response with a 2xx status, whose body is not read yet
 * @throws TransientError where a retry may help, RegistryError where it will not
 */
export async function requestRegistry(
  connection: Connection,
  request: RegistryRequest,
): Promise<IncomingMessage> {
  const response = await send(connection, request);
  const encoding = headerOf(response, 'content-encoding') ?? 'identity';
  if (encoding !== 'identity') {
    response.destroy();
    // No encoding was requested, and the unpacked size of a compressed body is not bounded.
    throw new RegistryError(
      'SERVER',
      'The registry, or a proxy in front of it, sent a compressed response that was not requested.',
    );
  }
  const status = statusOf(response);
  if (status >= 200 && status < 300) return response;
  if (status >= 300 && status < 400) throw redirected(connection, response);
  const failure = await failureOf(connection, response);
  if (!RETRYABLE.has(status)) throw failure;
  throw new TransientError(failure, retryAfterOf(response));
}

/** The delay that `Retry-After` requests, in milliseconds; null without that header. */
export function retryAfterOf(response: IncomingMessage): number | null {
  return readRetryAfter(headerOf(response, 'retry-after'), Date.now());
}

/** The id of the request in the registry's log; null if the response has none. */
export function requestIdOf(response: IncomingMessage): string | null {
  return headerOf(response, 'x-request-id')?.slice(0, MAX_ID_LENGTH) ?? null;
}

/**
 * Reads the body of a successful response as text.
 * @throws TransientError if the connection breaks, RegistryError if the body has more than
 *   `maxBytes`
 */
export async function readResponse(
  connection: Connection,
  response: IncomingMessage,
  maxBytes: number,
): Promise<string> {
  try {
    return await responseText(response, maxBytes);
  } catch (error) {
    if (!(error instanceof ResponseTooLong)) throw networkError(connection, error);
    const address = registryAddress(connection);
    throw new RegistryError('SERVER', `The response from ${address} is too long: ${error.message}.`);
  }
}

function headerOf(response: IncomingMessage, name: string): string | null {
  return response.headers[name]?.toString() ?? null;
}

function statusOf(response: IncomingMessage): number {
  return response.statusCode ?? 500;
}

async function send(connection: Connection, request: RegistryRequest): Promise<IncomingMessage> {
  const url = addressOf(connection, request.path);
  if (connection.token !== null && !/^[\x21-\x7e]+$/.test(connection.token)) {
    throw new RegistryError('UNAUTHENTICATED', 'The token contains spaces or other invalid characters.');
  }
  const headers: Record<string, string> = {
    'content-type': request.contentType,
    'user-agent': connection.userAgent,
    // A registry that reads from a replica must include the push of an earlier job.
    'x-fixture-registry-position': 'latest',
  };
  if (connection.token !== null) headers['authorization'] = `Bearer ${connection.token}`;
  try {
    // Redirects are not followed: the token would be sent to their target.
    return await sendRequest(url, {
      method: request.method,
      headers,
      body: request.body,
      timeouts: { ...DEFAULT_TIMEOUTS, ...connection.timeouts },
    });
  } catch (error) {
    if (error instanceof RegistryError) throw error;
    if (url.protocol === 'http:' && (await expectsTls(url, error))) throw speaksHttps(connection);
    throw networkError(connection, error);
  }
}

function redirected(connection: Connection, response: IncomingMessage): RegistryError {
  response.destroy();
  const location = headerOf(response, 'location') ?? '';
  const base = registryAddress(connection);
  const origin = URL.canParse(location, base) ? new URL(location, base).origin : 'another address';
  return new RegistryError(
    'INVALID',
    `The registry at ${base} redirects to ${origin}; redirects are not followed, ` +
      "so use the registry's own address.",
  );
}

async function failureOf(connection: Connection, response: IncomingMessage): Promise<RegistryError> {
  const status = statusOf(response);
  const body = await responseText(response, MAX_BYTES.failure).catch(() => '');
  if (EXPECTS_TLS.test(body)) throw speaksHttps(connection);
  const message = messageIn(body);
  if (message === null && NOT_A_REGISTRY.has(status)) throw notARegistry(connection, response);
  const code = CODE_BY_STATUS[status] ?? (status < 500 ? 'INVALID' : 'SERVER');
  // 429 is below 500, but the request itself is valid.
  const kind = status === 429 ? 'SERVER' : code;
  const what = message ?? (kind === 'UNAUTHENTICATED' ? 'the token is not valid' : `status ${status}`);
  const noToken = connection.token === null ? ' No token was given.' : '';
  const advice = kind === 'UNAUTHENTICATED' ? `${noToken}${adviceOnToken(connection)}` : '';
  const prefix =
    kind === 'UNAVAILABLE' ? 'The registry is not available' : 'The registry refused the request';
  const where = status === 404 ? adviceOnPath(connection) : '';
  return new RegistryError(
    kind,
    `${prefix}: ${withoutFullStop(what)}.${advice}${where}`,
    requestIdOf(response),
  );
}

/** People copy the address of a page; a registry behind a proxy may be below a path, though. */
function adviceOnPath(connection: Connection): string {
  const { origin, pathname } = addressOf(connection, '');
  return pathname === '/' ? '' : ` Check the address: without the path ${pathname} it is ${origin}.`;
}

/**
 * The message in an error of the content routes or of GraphQL; null if the body is something else.
 */
function messageIn(body: string): string | null {
  try {
    const parsed = JSON.parse(body) as { error?: { message?: unknown }; errors?: { message?: unknown }[] };
    const message = parsed?.error?.message ?? parsed?.errors?.[0]?.message;
    return typeof message === 'string' ? message.slice(0, MAX_MESSAGE_LENGTH) : null;
  } catch {
    return null;
  }
}

/** The error for a response that no registry sends. */
export function notARegistry(connection: Connection, response: IncomingMessage): RegistryError {
  const type =
    headerOf(response, 'content-type')?.split(';')[0]?.slice(0, MAX_ID_LENGTH) ?? 'no content type';
  return new RegistryError(
    'INVALID',
    `The server at ${registryAddress(connection)} is not a fixture registry: it sent status ` +
      `${statusOf(response)} with ${type}. Check the address: it is the one that \`fixture-registry serve\` ` +
      'prints, or that its administrator published, without the path of a page.',
  );
}

function withoutFullStop(sentence: string): string {
  return sentence.replace(/\.$/, '');
}
