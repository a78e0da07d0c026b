import { isIP } from 'node:net';

/**
 * The address that a request comes from. What `X-Forwarded-For` says is anybody's claim but for its last entries,
 * which the operator's own proxies added: with one proxy the last one, with two the one before it.
 * @param socketAddress the other end of the connection
 * @param trustedProxies how many proxies of the operator's stand before the registry; 0: none, the header counts for nothing
 */
export function clientAddress(
  socketAddress: string | undefined,
  forwardedFor: string | undefined,
  trustedProxies: number,
): string | null {
  const hops = [...(forwardedFor ?? '').split(','), socketAddress ?? ''].map(plainAddress);
  // Fewer entries than proxies: a request that came past some of them. The nearest entry that is an address counts.
  const from = Math.max(0, hops.length - 1 - trustedProxies);
  return hops.slice(from).find((hop) => hop !== null) ?? null;
}

/**
 * What stands for one client when requests are counted: an IPv4 address, or the /64 of an IPv6 address, all of which
 * one customer of a provider has.
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

/** An address without port, brackets or zone, in its shortest spelling; null when it is none. */
function plainAddress(text: string): string | null {
  const bare = text
    .trim()
    .replace(/^\[([^\]]*)\](:\d+)?$/, '$1')
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1];
  const address = mapped ?? bare.replace(/%.*$/, '');
  if (isIP(address) === 0) return null;
  if (isIP(address) === 4) return address;
  // The URL parser knows the one canonical spelling of an IPv6 address (RFC 5952).
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}
