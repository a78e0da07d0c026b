import { connect } from 'node:tls';
import { type Connection, registryAddress } from '../registry/connection.js';
import { RegistryError } from '../registry/registry-error.js';

/** Milliseconds for a handshake that only tells whether a port expects TLS. */
const HANDSHAKE_TIMEOUT = 2000;

/** The ports that were examined; a registry that restarts closes connections, too. */
const examined = new Map<string, Promise<boolean>>();

/**
 * Whether a port closed a plain http connection because it expects TLS. Nothing but a handshake is
 * sent, once per port.
 * @param error the failure of the request; only a connection closed by the server is examined
 */
export async function expectsTls(url: URL, error: unknown): Promise<boolean> {
  if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') return false;
  const result = examined.get(url.host) ?? completesHandshake(url);
  examined.set(url.host, result);
  return result;
}

/** The error for an `http://` address of a port that expects TLS. */
export function speaksHttps(connection: Connection): RegistryError {
  const address = registryAddress(connection);
  const instead = address.replace(/^http:/i, 'https:');
  return new RegistryError('INVALID', `The server at ${address} speaks https, not http. Use ${instead}.`);
}

/** The error for an `https://` address of a port that responds in plain http. */
export function speaksHttp(connection: Connection): RegistryError {
  const address = registryAddress(connection);
  const instead = address.replace(/^https:/i, 'http:');
  return new RegistryError(
    'INVALID',
    `The server at ${address} speaks http, not https. Use ${instead} if it is on this machine or in a ` +
      'trusted network, or else the address with TLS of its proxy.',
  );
}

function completesHandshake({ hostname, port }: URL): Promise<boolean> {
  const host = hostname.replace(/^\[|\]$/g, '');
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port || 80), rejectUnauthorized: false });
    const end = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(HANDSHAKE_TIMEOUT, () => end(false));
    socket.once('secureConnect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
  });
}
