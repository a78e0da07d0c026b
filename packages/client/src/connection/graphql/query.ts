import {
  MAX_MESSAGE_LENGTH,
  notARegistry,
  readResponse,
  requestIdOf,
  requestRegistry,
  retryAfterOf,
} from '../http/request.js';
import { MAX_BYTES } from '../http/response-text.js';
import { withRetries } from '../http/retry.js';
import type { Connection } from '../registry/connection.js';
import { RegistryError, type RegistryErrorCode, TransientError } from '../registry/registry-error.js';

interface GraphQLResponse<T> {
  data?: T | null;
  errors?: { message: string; extensions?: { code?: string } }[];
}

const CODES: Record<string, RegistryErrorCode> = {
  UNAUTHENTICATED: 'UNAUTHENTICATED',
  FORBIDDEN: 'FORBIDDEN',
  NOT_FOUND: 'NOT_FOUND',
  INVALID: 'INVALID',
  INVALID_INPUT: 'INVALID',
  BAD_USER_INPUT: 'INVALID',
  GRAPHQL_VALIDATION_FAILED: 'INVALID',
};

/**
 * Sends one GraphQL operation, with retries, and returns its `data`.
 *
 * The shape of `data` is not checked against `T`. Callers check whatever decides about files, such
 * as paths and digests.
 * @throws RegistryError; UnknownFieldError if the registry's schema lacks a field of the operation
 */
export async function query<T>(
  connection: Connection,
  text: string,
  variables: Record<string, unknown>,
): Promise<T> {
  const body = JSON.stringify({ query: text, variables });
  return withRetries(connection, async () => {
    const response = await requestRegistry(connection, {
      method: 'POST',
      path: '/graphql',
      contentType: 'application/json',
      body,
    });
    const result = parsed<T>(await readResponse(connection, response, MAX_BYTES.response));
    if (result === null) throw notARegistry(connection, response);
    const [error] = Array.isArray(result.errors) ? result.errors : [];
    if (error !== undefined) {
      const code = CODES[String(error?.extensions?.code)] ?? 'SERVER';
      const message = messageText(error?.message);
      if (error?.extensions?.code === 'UNAVAILABLE') {
        const failure = new RegistryError('UNAVAILABLE', `The registry is not available: ${message}`);
        throw new TransientError(failure, retryAfterOf(response));
      }
      if (error?.extensions?.code === 'GRAPHQL_VALIDATION_FAILED' || UNKNOWN_INPUT.test(message)) {
        throw new UnknownFieldError(message);
      }
      // The message of an unexpected failure already contains the request id.
      if (code === 'SERVER') throw new RegistryError(code, `The registry failed: ${message}`);
      throw new RegistryError(code, message, requestIdOf(response));
    }
    if (result.data === undefined || result.data === null) {
      throw new RegistryError('SERVER', 'The registry sent a response without data.');
    }
    return result.data;
  });
}

/** How graphql-js refuses a variable with a field that the schema lacks; the error has no code. */
const UNKNOWN_INPUT = /Field "\w+" is not defined by type "\w+"/;

/** The registry's schema lacks a field of the operation, because it runs an earlier release. */
export class UnknownFieldError extends RegistryError {
  constructor(message: string) {
    super('INVALID', message);
  }
}

interface Operation {
  text: string;
  variables: Record<string, unknown>;
}

/**
 * Sends the operation of this release. If the registry runs an earlier release without its fields,
 * sends the next of `earlier`, newest first.
 * @throws as `query`; UnknownFieldError if the registry lacks fields of all operations
 */
export async function queryWithFallback<T>(
  connection: Connection,
  current: Operation,
  ...earlier: Operation[]
): Promise<T> {
  try {
    return await query<T>(connection, current.text, current.variables);
  } catch (error) {
    const [next, ...remaining] = earlier;
    if (next === undefined || !(error instanceof UnknownFieldError)) throw error;
    return queryWithFallback(connection, next, ...remaining);
  }
}

/** A message of the registry, whatever it sent, with a bounded length. */
export function messageText(message: unknown): string {
  return typeof message === 'string' ? message.slice(0, MAX_MESSAGE_LENGTH) : 'it gave no reason';
}

function parsed<T>(json: string): GraphQLResponse<T> | null {
  try {
    const result = JSON.parse(json) as GraphQLResponse<T> | null;
    return typeof result === 'object' ? result : null;
  } catch {
    return null;
  }
}
