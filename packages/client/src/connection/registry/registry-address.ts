import { isIPv4 } from 'node:net';
import { type Connection, registryAddress } from './connection.js';
import { RegistryError } from './registry-error.js';

/**
 * The URL of a path below the registry's address. Plain http to another machine is refused even
 * without a token: whoever can change the responses can change what the tests replay.
 * @throws RegistryError if the address is invalid, contains credentials, or is insecure without
 *   `allowInsecure`
 */
export function addressOf(connection: Connection, path: string): URL {
  const address = registryAddress(connection);
  if (!URL.canParse(address) || !/^https?:\/\//i.test(address)) {
    throw new RegistryError(
      'INVALID',
      `The registry's address ${withoutUser(address)} is not an http(s) address.`,
    );
  }
  const url = new URL(address + path);
  if (url.username !== '' || url.password !== '') {
    throw new RegistryError('INVALID', "The registry's address must not contain a user name or password.");
  }
  if (url.protocol === 'http:' && connection.allowInsecure !== true && !isLoopback(url.hostname)) {
    throw new RegistryError(
      'INVALID',
      `The registry's address ${url.origin} uses http://, which exposes the token and the recordings ` +
        'to the network. Use its https:// address, or --allow-insecure ' +
        '(FIXTURE_REGISTRY_ALLOW_INSECURE=1) in a trusted network.',
    );
  }
  return url;
}

/** Whether a URL's host name is a loopback address: `localhost`, 127.0.0.0/8 or ::1. */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'))
  );
}

/** An address, even a malformed one, with its credentials replaced by `***`. */
export function withoutUser(address: string): string {
  const end = address.lastIndexOf('@');
  if (end === -1) return address;
  const [scheme = ''] = /^[a-z][a-z0-9+.-]*:\/\//i.exec(address) ?? [];
  return `${scheme}***@${address.slice(end + 1)}`;
}
