import { isIP } from 'node:net';

/**
 * The IP address of a client; null when it is unknown. Clients can forge `X-Forwarded-For`, except
 * for the last entries, which trusted proxies add: with one proxy the last entry is used, with two
 * the one before it.
 * @param socketAddress the remote address of the connection
 * @param trustedProxies the number of trusted proxies in front of the registry; with 0 the header
 * is ignored
 */
export function clientAddress(
  socketAddress: string | undefined,
  forwardedFor: string | undefined,
  trustedProxies: number,
): string | null {
  const hops = [...(forwardedFor ?? '').split(','), socketAddress ?? ''].map(plainAddress);
  // With fewer entries than proxies the request bypassed some of them. The first valid address is used.
  const from = Math.max(0, hops.length - 1 - trustedProxies);
  return hops.slice(from).find((hop) => hop !== null) ?? null;
}

/**
 * The key of a client for rate limits: an IPv4 address, or the /64 of an IPv6 address, which one
 * customer owns.
 */
export function addressBlock(address: string | null): string {
  if (address === null) return 'unknown';
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail ? tail.split(':') : [];
  const zeros =
    tail === undefined ? [] : Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0');
  return `${[...before, ...zeros, ...after].slice(0, 4).join(':')}::/64`;
}

/** An address without port, brackets or zone, in canonical form; null when the text is not an address. */
function plainAddress(text: string): string | null {
  const bare = text
    .trim()
    .replace(/^\[([^\]]*)\](:\d+)?$/, '$1')
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1];
  const address = mapped ?? bare.replace(/%.*$/, '');
  if (isIP(address) === 0) return null;
  if (isIP(address) === 4) return address;
  // The URL parser writes IPv6 addresses in canonical form (RFC 5952).
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}
