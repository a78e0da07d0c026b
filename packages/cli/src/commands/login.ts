import {
  type Connection,
  expectRepository,
  query,
  verifyToken,
  withCommas,
} from '@fixture-registry/client/core';
import { askForSecret, canAsk, readStdin } from '../credentials/read-secret.js';
import { addressKey, storeToken, tokenFile } from '../credentials/stored-tokens.js';
import { explicitToken } from '../options/find-token.js';
import { given } from '../options/given.js';
import { connectionTo, namedRepository, registryOf } from '../options/open-connection.js';
import type { Options } from '../options/options.js';
import { UsageError } from '../options/usage-error.js';
import { openConsole } from '../output/console.js';
import { print } from '../output/describe.js';
import { hideSecret } from '../output/output.js';

/**
 * Runs `fixtures login`: checks a token with its registry, then stores it for later commands. The
 * token comes from an option, a hidden prompt, or stdin. Not from FIXTURE_REGISTRY_TOKEN, which has
 * precedence over a stored one anyway.
 * @throws UsageError, LocalError, RegistryError; nothing is stored then
 */
export async function runLogin(options: Options): Promise<void> {
  const environment = process.env;
  const { log } = openConsole();
  const registry = registryOf(options, environment);
  const named = namedRepository(options, environment);
  const token = (await explicitToken(options))?.token ?? (await readToken(registry));
  hideSecret(token);
  const connection: Connection = {
    ...connectionTo(registry, token, options, environment),
    ...{ log, repository: named ?? { owner: '', name: '' } },
  };
  const access = await verifyToken(connection);
  if (named !== null) await requireRepository(connection);
  const file = tokenFile(environment);
  storeToken(file, registry, token);
  if (given(environment['FIXTURE_REGISTRY_TOKEN']) !== null)
    log('note: FIXTURE_REGISTRY_TOKEN is set, and has precedence over the stored token');
  const { count, first } = access;
  print(options.json, { registry: addressKey(registry), file, repositories: count }, [
    `logged in to ${addressKey(registry)}${count === null ? '' : `: ${describeAccess(count, first)}`}`,
    `the token is stored in ${file}; \`fixtures logout\` removes it`,
  ]);
}

async function readToken(registry: string): Promise<string> {
  const token = canAsk() ? await askForSecret(`Token for ${addressKey(registry)}: `) : await readStdin();
  if (token !== '') return token;
  throw new UsageError('no token: enter it, pipe it to `fixtures login`, or use --token-file FILE');
}

/** @throws RegistryError if the token has no access to the repository of the connection */
async function requireRepository(connection: Connection): Promise<void> {
  const text = 'query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { id } }';
  const result = await query<{ repository: object | null }>(connection, text, { ...connection.repository });
  expectRepository(connection, result.repository);
}

function describeAccess(count: number, first: string[]): string {
  if (count === 0) return 'the token can read no repository yet';
  const more = count > first.length ? `, and ${count - first.length} more` : '';
  const number = count > 1 ? `${withCommas(count)} repositories: ` : '';
  return `the token can read ${number}${first.join(', ')}${more}`;
}
