import type { Connection } from './connection.js';
import { RegistryError, type RegistryErrorCode } from './registry-error.js';
import { ask, unreachable } from './request.js';
import { withRetries } from './retry.js';

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
    let answer: Answer<T>;
    const json = await response.text().catch((error) => {
      throw unreachable(connection, error);
    });
    try {
      answer = JSON.parse(json) as Answer<T>;
    } catch {
      throw new RegistryError('INVALID', `What answers at ${connection.registry} is not a fixture registry.`);
    }
    const [error] = answer.errors ?? [];
    if (error !== undefined) {
      const code = CODES[error.extensions?.code ?? ''] ?? 'SERVER';
      // An unexpected failure names its id itself.
      if (code === 'SERVER') throw new RegistryError(code, `The registry failed: ${error.message}`);
      throw new RegistryError(code, error.message, response.headers.get('x-request-id'));
    }
    if (answer.data === undefined || answer.data === null) {
      throw new RegistryError('SERVER', 'The registry gave an answer without data.');
    }
    return answer.data;
  });
}

/** A typed result of the registry that says why not; `__typename` is asked for with each. */
export interface Problem {
  __typename: 'NotFound' | 'InvalidInput' | 'Forbidden' | 'ContentMissing';
  message: string;
}

const PROBLEM_CODES: Record<string, RegistryErrorCode> = {
  NotFound: 'NOT_FOUND',
  InvalidInput: 'INVALID',
  Forbidden: 'FORBIDDEN',
};

/** The result when it is of the type wanted; otherwise throws the problem that it is. */
export function expectType<T extends { __typename: string }>(
  result: T | Problem,
  wanted: T['__typename'],
): T {
  if (result.__typename === wanted) return result as T;
  const message = (result as Problem).message ?? `unexpected ${result.__typename}`;
  throw new RegistryError(PROBLEM_CODES[result.__typename] ?? 'SERVER', message);
}
