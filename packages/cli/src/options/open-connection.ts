import {
  type Connection,
  parseRepository,
  type Repository,
  remoteRepository,
  userAgent,
  withoutUser,
} from '@fixture-registry/client/core';
import { hideSecret } from '../output/output.js';
import type { Options } from './options.js';
import { UsageError } from './usage-error.js';

type Environment = Record<string, string | undefined>;

/**
 * The connection that the options and the environment describe. An option has precedence over its
 * variable.
 * @throws UsageError for a missing or invalid registry or repository
 */
export async function openConnection(
  options: Options,
  log: (line: string) => void,
  environment: Environment = process.env,
): Promise<Connection> {
  const registry = given(options.registry) ?? given(environment['FIXTURE_REGISTRY_URL']);
  if (registry === null) {
    throw new UsageError('no registry: use --registry URL, or set FIXTURE_REGISTRY_URL');
  }
  if (!URL.canParse(registry) || !/^https?:/i.test(registry)) {
    const shown = withoutUser(registry);
    throw new UsageError(`--registry ${shown} is not an address such as https://fixtures.example.com`);
  }
  const token = given(options.token) ?? given(environment['FIXTURE_REGISTRY_TOKEN']);
  hideSecret(token);
  const repository = await repositoryOf(options, environment);
  const allowInsecure =
    options.allowInsecure === true || isOn(environment['FIXTURE_REGISTRY_ALLOW_INSECURE']);
  return { registry, token, repository, userAgent: userAgent('fixtures'), log, allowInsecure };
}

async function repositoryOf(options: Options, environment: Environment): Promise<Repository> {
  const name = given(options.repository) ?? given(environment['FIXTURE_REGISTRY_REPOSITORY']);
  const repository = name === null ? await remoteRepository(options.directory) : parseRepository(name);
  if (repository !== null) return repository;
  if (name !== null) throw new UsageError(`"${name}" is not a repository such as owner/name`);
  throw new UsageError(
    'no repository, and no git remote to derive it from: use --repository owner/name, ' +
      'or set FIXTURE_REGISTRY_REPOSITORY',
  );
}

function isOn(value: string | undefined): boolean {
  return /^(?:1|true|yes)$/i.test(value?.trim() ?? '');
}

/** Null for an empty text: in a workflow, an unset variable is often passed as an empty one. */
function given(value: string | undefined): string | null {
  const text = value?.trim() ?? '';
  return text === '' ? null : text;
}
