import { addressKey, removeToken, tokenFile } from '../credentials/stored-tokens.js';
import { registryOf } from '../options/open-connection.js';
import type { Options } from '../options/options.js';
import { print } from '../output/describe.js';

/**
 * Runs `fixtures logout`: removes the stored token of a registry. The token itself stays valid until
 * it is revoked.
 * @throws UsageError, LocalError
 */
export async function runLogout(options: Options): Promise<void> {
  const registry = registryOf(options, process.env);
  const address = addressKey(registry);
  const removed = removeToken(tokenFile(process.env), registry);
  print(options.json, { registry: address, removed }, [
    removed
      ? `logged out of ${address}; the token stays valid until it expires or is revoked`
      : `no token is stored for ${address}`,
  ]);
}
