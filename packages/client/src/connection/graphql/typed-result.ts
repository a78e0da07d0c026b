import { adviceOnToken, type Connection, registryAddress } from '../registry/connection.js';
import { RegistryError, type RegistryErrorCode } from '../registry/registry-error.js';
import { messageText } from './query.js';

/** An expected failure as a typed result of the registry. Every operation selects `__typename`. */
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

/**
 * Returns the result if it has the expected type.
 * @throws RegistryError with the message of any other result
 */
export function expectType<T extends { __typename: string }>(
  result: T | Problem,
  expected: T['__typename'],
): T {
  if (result?.__typename === expected) return result as T;
  const message = messageText((result as Problem | null)?.message);
  throw new RegistryError(PROBLEM_CODES[String(result?.__typename)] ?? 'SERVER', message);
}

/**
 * Returns the `repository` field of a query.
 * @throws RegistryError if it is null: the repository does not exist, or the token has no access
 */
export function expectRepository<T>(connection: Connection, repository: T | null): T {
  if (repository !== null) return repository;
  throw missingRepository(connection);
}

/** The registry does not say whether the repository exists or the caller may not read it. */
function missingRepository(connection: Connection): RegistryError {
  const { owner, name } = connection.repository;
  const where = `at ${registryAddress(connection)}`;
  return connection.token === null
    ? new RegistryError(
        'UNAUTHENTICATED',
        `No token was given, and the registry ${where} has no public repository ` +
          `${owner}/${name}.${adviceOnToken(connection)}`,
      )
    : new RegistryError(
        'NOT_FOUND',
        `The registry has no repository ${owner}/${name} for this token. Check the name, and that the ` +
          `token was created for this repository ${where}.${adviceOnToken(connection)}`,
      );
}
