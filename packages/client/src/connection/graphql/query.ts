import { ask, LONGEST_MESSAGE, readText, requestIdOf, retryAfterOf } from '../http/request.js';
import { MOST_BYTES } from '../http/response-text.js';
import { withRetries } from '../http/retry.js';
import { type Connection, registryAddress } from '../registry/connection.js';
import { RegistryError, type RegistryErrorCode, TransientError } from '../registry/registry-error.js';

interface Answer<T> {
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
 * Asks one GraphQL question, with retries. The answer's shape is what the query says; it is trusted as the registry's,
 * but what decides about files (paths, digests) is checked where it is used.
 */
export async function query<T>(
  connection: Connection,
  text: string,
  variables: Record<string, unknown>,
): Promise<T> {
  const body = JSON.stringify({ query: text, variables });
  return withRetries(connection, async () => {
    const response = await ask(connection, {
      method: 'POST',
      path: '/graphql',
      contentType: 'application/json',
      body,
    });
    const answer = parsed<T>(await readText(connection, response, MOST_BYTES.answer));
    if (answer === null) {
      const address = registryAddress(connection);
      throw new RegistryError('INVALID', `What answers at ${address} is not a fixture registry.`);
    }
    const [error] = Array.isArray(answer.errors) ? answer.errors : [];
    if (error !== undefined) {
      const code = CODES[String(error?.extensions?.code)] ?? 'SERVER';
      const message = said(error?.message);
      if (error?.extensions?.code === 'UNAVAILABLE') {
        const failure = new RegistryError('UNAVAILABLE', `The registry is not available: ${message}`);
        throw new TransientError(failure, retryAfterOf(response));
      }
      // An unexpected failure names its id itself.
      if (error?.extensions?.code === 'GRAPHQL_VALIDATION_FAILED') throw new UnknownFieldError(message);
      if (code === 'SERVER') throw new RegistryError(code, `The registry failed: ${message}`);
      throw new RegistryError(code, message, requestIdOf(response));
    }
    if (answer.data === undefined || answer.data === null) {
      throw new RegistryError('SERVER', 'The registry gave an answer without data.');
    }
    return answer.data;
  });
}

/** The registry's schema lacks something that a question names: it is of an earlier release. */
export class UnknownFieldError extends RegistryError {
  constructor(message: string) {
    super('INVALID', message);
  }
}

/** Asks the question that this release asks; a registry of an earlier release gets the one that it can answer. */
export async function queryEither<T>(
  connection: Connection,
  current: { text: string; variables: Record<string, unknown> },
  earlier: { text: string; variables: Record<string, unknown> },
): Promise<T> {
  try {
    return await query<T>(connection, current.text, current.variables);
  } catch (error) {
    if (!(error instanceof UnknownFieldError)) throw error;
    return query<T>(connection, earlier.text, earlier.variables);
  }
}

function parsed<T>(json: string): Answer<T> | null {
  try {
    const answer = JSON.parse(json) as Answer<T> | null;
    return typeof answer === 'object' ? answer : null;
  } catch {
    return null;
  }
}

/** What the registry says, as a text of bounded length whatever it sent. */
function said(message: unknown): string {
  return typeof message === 'string' ? message.slice(0, LONGEST_MESSAGE) : 'it did not say why';
}

/** A typed result of the registry that says why not; `__typename` is asked for with each. */
export interface Problem {
  __typename: 'NotFound' | 'InvalidInput' | 'Forbidden' | 'ContentMissing' | 'SinceUnknown' | 'SecretsFound';
  message: string;
}

const PROBLEM_CODES: Record<string, RegistryErrorCode> = {
  NotFound: 'NOT_FOUND',
  InvalidInput: 'INVALID',
  Forbidden: 'FORBIDDEN',
  SecretsFound: 'INVALID',
};

/** The result when it is of the type wanted; otherwise throws the problem that it is. */
export function expectType<T extends { __typename: string }>(
  result: T | Problem,
  wanted: T['__typename'],
): T {
  if (result?.__typename === wanted) return result as T;
  const message = said((result as Problem | null)?.message);
  throw new RegistryError(PROBLEM_CODES[String(result?.__typename)] ?? 'SERVER', message);
}
