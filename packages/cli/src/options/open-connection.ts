import {
  type Connection,
  parseRepository,
  RegistryError,
  type Repository,
  remoteAddress,
  remoteRepository,
  userAgent,
  withoutUser,
} from '@fixture-registry/client/core';
import { hideSecret } from '../output/output.js';
import { findToken } from './find-token.js';
import { type Environment, given } from './given.js';
import type { Options } from './options.js';
import { requireDirectory } from './require-directory.js';
import { UsageError } from './usage-error.js';

/**
 * The connection that the options and the environment describe. An option has precedence over its
 * variable.
 * @param log receives lines for people
 * @throws UsageError for a missing or invalid registry, repository, directory or token; LocalError if
 *   the stored tokens cannot be used
 */
export async function openConnection(
  options: Options,
  log: (line: string) => void,
  environment: Environment = process.env,
): Promise<Connection> {
  const registry = registryOf(options, environment);
  requireDirectory(options.directory);
  const repository = await repositoryOf(options, environment);
  const { token, advice } = await findToken(options, environment, registry);
  hideSecret(token);
  return { ...connectionTo(registry, token, options, environment), repository, log, tokenAdvice: advice };
}

/**
 * The address of the registry.
 * @throws UsageError if it is missing or not an address
 */
export function registryOf({ registry: option }: Options, environment: Environment): string {
  const registry = given(option) ?? given(environment['FIXTURE_REGISTRY_URL']);
  if (registry === null) {
    throw new UsageError('no registry: use --registry URL, or set FIXTURE_REGISTRY_URL');
  }
  if (!URL.canParse(registry) || !/^https?:/i.test(registry)) {
    const shown = withoutUser(registry);
    throw new UsageError(`--registry ${shown} is not an address such as https://fixtures.example.com`);
  }
  return registry;
}

/** The parts of a connection that do not depend on a repository. */
export function connectionTo(
  registry: string,
  token: string | null,
  { allowInsecure: option }: Options,
  environment: Environment,
) {
  const allowInsecure = option === true || isOn(environment['FIXTURE_REGISTRY_ALLOW_INSECURE']);
  return { registry, token, userAgent: userAgent('fixtures'), allowInsecure };
}

/**
 * For commands that write, which no registry allows anonymously.
 * @throws RegistryError before anything is read or sent, if there is no token
 */
export function requireToken({ token, tokenAdvice }: Connection, command: string): void {
  if (token !== null) return;
  throw new RegistryError('UNAUTHENTICATED', `No token was given, and ${command} needs one. ${tokenAdvice}`);
}

/** The repository that an option or a variable names; null if none does. @throws UsageError */
export function namedRepository(options: Options, environment: Environment): Repository | null {
  const name = given(options.repository) ?? given(environment['FIXTURE_REGISTRY_REPOSITORY']);
  if (name === null) return null;
  const repository = parseRepository(name);
  if (repository === null) throw new UsageError(`"${name}" is not a repository such as owner/name`);
  return repository;
}

/**
 * The repository that the options, the environment or the git remote name.
 * @throws UsageError if none does
 */
export async function repositoryOf(options: Options, environment: Environment): Promise<Repository> {
  const named = namedRepository(options, environment);
  if (named !== null) return named;
  const derived = await remoteRepository(options.directory);
  if (derived !== null) return derived;
  const remote = await remoteAddress(options.directory);
  const problem =
    remote === null
      ? 'no repository, and no git remote to derive it from'
      : `no repository: the git remote origin, ${withoutUser(remote)}, does not end in owner/name`;
  throw new UsageError(`${problem}: use --repository owner/name, or set FIXTURE_REGISTRY_REPOSITORY`);
}

function isOn(value: string | undefined): boolean {
  return /^(?:1|true|yes)$/i.test(value?.trim() ?? '');
}
