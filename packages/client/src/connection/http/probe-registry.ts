import type { Connection } from '../registry/connection.js';
import { addressOf } from '../registry/registry-address.js';
import { RegistryError, TransientError } from '../registry/registry-error.js';
import { sendRequest } from './http-request.js';
import { networkError } from './network-error.js';
import { responseText } from './response-text.js';

/** What a registry says of itself to anybody. */
export interface RegistryHealth {
  /** Whether it can serve requests. */
  ready: boolean;
  /** Why it cannot. */
  reasons: string[];
  /** The registry's clock minus this machine's, in milliseconds, to the second; null if unknown. */
  clockSkew: number | null;
  /** The duration of the request in milliseconds. */
  duration: number;
}

const TIMEOUTS = { idle: 10_000, head: 10_000, grace: 10_000, rate: 1 };
const MAX_BYTES = 64 * 1024;

/**
 * Asks a registry once whether it is ready. Does not retry and sends no token.
 * @throws RegistryError if there is no registry at the address, or no connection to it
 */
export async function probeRegistry(connection: Connection): Promise<RegistryHealth> {
  const url = addressOf(connection, '/readyz');
  const started = Date.now();
  const response = await sendRequest(url, {
    method: 'GET',
    headers: { 'user-agent': connection.userAgent },
    body: '',
    timeouts: TIMEOUTS,
  }).catch((error: unknown) => {
    throw finalError(networkError(connection, error));
  });
  const ended = Date.now();
  const text = await responseText(response, MAX_BYTES).catch(() => '');
  const found = readiness(text);
  if (found === null) {
    throw new RegistryError(
      'INVALID',
      `The server at ${connection.registry} is not a fixture registry: /readyz has the status ` +
        `${response.statusCode}.`,
    );
  }
  const date = Date.parse(response.headers.date ?? '');
  // The header has whole seconds: compare with the middle of both the second and the request.
  const clockSkew = Number.isNaN(date) ? null : Math.round(date + 500 - (started + ended) / 2);
  return { ...found, clockSkew, duration: ended - started };
}

function finalError(error: TransientError | RegistryError): RegistryError {
  return error instanceof TransientError ? error.final : error;
}

function readiness(text: string): Pick<RegistryHealth, 'ready' | 'reasons'> | null {
  try {
    const { ready, reasons = [] } = JSON.parse(text) as { ready?: unknown; reasons?: string[] };
    if (typeof ready !== 'boolean') return null;
    return { ready, reasons: Array.isArray(reasons) ? reasons.map(String) : [] };
  } catch {
    return null;
  }
}
