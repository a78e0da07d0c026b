import type { AddressedBlock, Transferred } from '@fixture-registry/protocol';
import { sendRequest } from '../../connection/http/http-request.js';
import { PATIENCE } from '../../connection/http/patience.js';
import { type Connection, registryAddress } from '../../connection/registry/connection.js';
import { isLoopback } from '../../connection/registry/registry-address.js';
import { RegistryError, TransientError } from '../../connection/registry/registry-error.js';

/** Blocks that are on their way or wait, and their bytes, unpacked; a larger one goes alone. */
const AHEAD = 8;
const AHEAD_BYTES = 16 * 1024 * 1024;

/**
 * The same transfer with the bytes of blocks in the place of their addresses, in its order. A few are fetched at once and held. An
 * address is a secret, for it lets anybody read: no message names more of it than its host.
 * @throws TransientError when an address gives no bytes
 */
export async function* followAddresses(
  connection: Connection,
  transfer: AsyncGenerator<Transferred | AddressedBlock>,
): AsyncGenerator<Transferred> {
  const waiting: { size: number; transferred: Promise<Transferred> }[] = [];
  let held = 0;
  const first = async (): Promise<Transferred> => {
    const { size, transferred } = waiting.shift() as (typeof waiting)[number];
    held -= size;
    return transferred;
  };
  try {
    for await (const each of transfer) {
      if (each.kind !== 'address') {
        while (waiting.length > 0) yield await first();
        yield each;
        continue;
      }
      const size = each.block.rawSize;
      while (waiting.length >= AHEAD || (waiting.length > 0 && held + size > AHEAD_BYTES))
        yield await first();
      const transferred = fetchBlock(connection, each);
      // Nobody waits for it if the caller stops.
      transferred.catch(() => {});
      waiting.push({ size, transferred });
      held += size;
    }
    while (waiting.length > 0) yield await first();
  } finally {
    await transfer.return(undefined);
  }
}

async function fetchBlock(
  connection: Connection,
  { address, block, mostBytes }: AddressedBlock,
): Promise<Transferred> {
  const url = safeAddress(connection, address);
  if (url === null) {
    throw otherwise('The registry named an address for contents that is not safe to ask');
  }
  const failed = (what: string) => otherwise(`The storage at ${url.host}, which the registry named, ${what}`);
  try {
    const answer = await sendRequest(url, {
      method: 'GET',
      // No token: it is the registry's alone.
      headers: { 'user-agent': connection.userAgent },
      body: '',
      patience: { ...PATIENCE, ...connection.patience },
    });
    if (answer.statusCode !== 200) {
      answer.destroy();
      throw failed(`answered with status ${answer.statusCode}`);
    }
    const bytes: Uint8Array[] = [];
    let count = 0;
    // Leaving the loop closes the connection.
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      count += chunk.byteLength;
      if (count > mostBytes) throw failed('sent more bytes than the registry announced');
      bytes.push(chunk);
    }
    return { kind: 'block', block: { ...block, bytes } };
  } catch (error) {
    throw error instanceof TransientError ? error : failed('cannot be reached');
  }
}

/** At the next try there may be another address, or the registry sends the bytes itself. */
const otherwise = (message: string) => new TransientError(new RegistryError('UNREACHABLE', message), 0);

/** Only where a registry may be, too: nothing in the clear over a network, and nothing on this machine for a registry elsewhere. */
function safeAddress(connection: Connection, address: string): URL | null {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    return null;
  const isNear = isLoopback(new URL(registryAddress(connection)).hostname);
  if (isLoopback(url.hostname)) return isNear ? url : null;
  return url.protocol === 'https:' || connection.allowInsecure === true ? url : null;
}
