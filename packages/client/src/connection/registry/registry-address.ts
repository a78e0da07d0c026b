import { isIPv4 } from 'node:net';
import { type Connection, registryAddress } from './connection.js';
import { RegistryError } from './registry-error.js';

/**
 * The address of a path below the registry's, checked: nothing is sent to an address that is not one, or that anybody on the way
 * could read along. That holds without a token too: who can change what comes can change what tests are told.
 * @throws RegistryError
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
    throw new RegistryError('INVALID', "The registry's address must not hold a user name or password.");
  }
  if (url.protocol === 'http:' && connection.allowInsecure !== true && !isLoopback(url.hostname)) {
    throw new RegistryError(
      'INVALID',
      `The registry at ${url.origin} is asked over http://, where anybody on the way can read the token and change recordings. ` +
        'Give its https:// address; where the network is trusted, --allow-insecure (FIXTURE_REGISTRY_ALLOW_INSECURE=1) permits it.',
    );
  }
  return url;
}

/** Whether a URL's host name is this machine's own: `localhost`, 127.0.0.0/8 or ::1. */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'))
  );
}

/** An address, perhaps malformed, without what may be a password in it. */
export function withoutUser(address: string): string {
  const end = address.lastIndexOf('@');
  if (end === -1) return address;
  const [scheme = ''] = /^[a-z][a-z0-9+.-]*:\/\//i.exec(address) ?? [];
  return `${scheme}***@${address.slice(end + 1)}`;
}
