import type { AddressedBlock, Transferred } from '@fixture-registry/protocol';
import { sendRequest } from '../../connection/http/http-request.js';
import { type Connection, registryAddress } from '../../connection/registry/connection.js';
import { isLoopback } from '../../connection/registry/registry-address.js';
import { RegistryError, TransientError } from '../../connection/registry/registry-error.js';
import { DEFAULT_TIMEOUTS } from '../../connection/registry/timeouts.js';

/**
 * Maximum blocks in flight or waiting to be yielded, and their unpacked bytes. A larger block is
 * fetched alone.
 */
const MAX_AHEAD = 8;
const MAX_AHEAD_BYTES = 16 * 1024 * 1024;

/**
 * Replaces each presigned URL of a transfer by the block that it leads to, in the order of the
 * transfer. Fetches several blocks in parallel. A presigned URL grants read access, so error
 * messages contain only its host.
 * @throws TransientError if a block cannot be fetched
 */
export async function* fetchPresignedBlocks(
  connection: Connection,
  transfer: AsyncGenerator<Transferred | AddressedBlock>,
): AsyncGenerator<Transferred> {
  const pending: { size: number; block: Promise<Transferred> }[] = [];
  let pendingBytes = 0;
  const first = async (): Promise<Transferred> => {
    const { size, block } = pending.shift() as (typeof pending)[number];
    pendingBytes -= size;
    return block;
  };
  try {
    for await (const item of transfer) {
      if (item.kind !== 'address') {
        while (pending.length > 0) yield await first();
        yield item;
        continue;
      }
      const size = item.block.rawSize;
      while (pending.length >= MAX_AHEAD || (pending.length > 0 && pendingBytes + size > MAX_AHEAD_BYTES))
        yield await first();
      const block = fetchBlock(connection, item);
      // If the caller stops early, nobody awaits this promise.
      block.catch(() => {});
      pending.push({ size, block });
      pendingBytes += size;
    }
    while (pending.length > 0) yield await first();
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
    throw retryable('The registry sent a download URL that is not safe to use');
  }
  const failed = (what: string) => retryable(`The storage at ${url.host}, which the registry named, ${what}`);
  try {
    const response = await sendRequest(url, {
      method: 'GET',
      // Without the token, which is for the registry only.
      headers: { 'user-agent': connection.userAgent },
      body: '',
      timeouts: { ...DEFAULT_TIMEOUTS, ...connection.timeouts },
    });
    if (response.statusCode !== 200) {
      response.destroy();
      throw failed(`answered with status ${response.statusCode}`);
    }
    const bytes: Uint8Array[] = [];
    let count = 0;
    // Leaving the loop closes the connection.
    for await (const chunk of response as AsyncIterable<Buffer>) {
      count += chunk.byteLength;
      if (count > mostBytes) throw failed('sent more bytes than the registry announced');
      bytes.push(chunk);
    }
    return { kind: 'block', block: { ...block, bytes } };
  } catch (error) {
    throw error instanceof TransientError ? error : failed('cannot be reached');
  }
}

/** The next attempt gets a new URL, or the bytes from the registry itself. */
const retryable = (message: string) => new TransientError(new RegistryError('UNREACHABLE', message), 0);

/**
 * The URL under the same rules as the registry's address; a remote registry must not name a
 * loopback address.
 */
function safeAddress(connection: Connection, address: string): URL | null {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    return null;
  const isLocalRegistry = isLoopback(new URL(registryAddress(connection)).hostname);
  if (isLoopback(url.hostname)) return isLocalRegistry ? url : null;
  return url.protocol === 'https:' || connection.allowInsecure === true ? url : null;
}
