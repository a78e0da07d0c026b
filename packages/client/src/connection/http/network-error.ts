import { type Connection, registryAddress } from '../registry/connection.js';
import { RegistryError, TransientError } from '../registry/registry-error.js';
import { speaksHttp } from './other-protocol.js';

// An error of a certificate or of the TLS protocol does not go away with a retry.
const PERMANENT = /^(ERR_TLS|ERR_SSL_|EPROTO|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/;
/** What OpenSSL reports when the first bytes of a server are not TLS. */
const NOT_TLS = /wrong version number|packet length too long|http request/i;

/**
 * Converts an error of the network, before or within a response: a RegistryError if a retry cannot
 * help.
 */
export function networkError(connection: Connection, error: unknown): TransientError | RegistryError {
  const { code, message } = innermostCause(error);
  if (code !== null && /^(?:EPROTO|ERR_SSL_)/.test(code) && NOT_TLS.test(message))
    return speaksHttp(connection);
  const failure = new RegistryError(
    'UNREACHABLE',
    `The registry at ${registryAddress(connection)} cannot be reached: ${message}`,
  );
  return code !== null && PERMANENT.test(code) ? failure : new TransientError(failure);
}

/**
 * Node wraps the failures of several addresses in an AggregateError, whose own message is empty.
 */
function innermostCause(error: unknown): { code: string | null; message: string } {
  let cause = error as Error & { code?: unknown; errors?: unknown[] };
  for (let depth = 0; depth < 5; depth++) {
    const inner = cause.cause ?? cause.errors?.[0];
    if (!(inner instanceof Error)) break;
    cause = inner as typeof cause;
  }
  const code = typeof cause.code === 'string' ? cause.code : null;
  return { code, message: cause.message === '' ? (code ?? cause.name) : cause.message };
}
