import type { Agent } from 'node:http';
import { isLoopback } from '../registry/registry-address.js';
import { RegistryError } from '../registry/registry-error.js';

// One agent per proxy, so that requests share connections.
const agents = new Map<string, Agent>();

type Environment = Record<string, string | undefined>;

/**
 * The agent for requests to an address through the proxy that the environment configures; null for
 * a direct connection. Only https uses a proxy, through a tunnel: plain http is for registries on
 * this machine or network.
 * @throws RegistryError if the proxy's address is invalid
 */
export async function proxyAgent(url: URL, environment: Environment = process.env): Promise<Agent | null> {
  const proxy = proxyFor(url, environment);
  if (proxy === null) return null;
  if (!URL.canParse(proxy) || !/^https?:\/\//i.test(proxy)) {
    // The value may contain a password, so the message does not show it.
    throw new RegistryError(
      'INVALID',
      'HTTPS_PROXY is not an address such as http://proxy.example.com:3128.',
    );
  }
  // Imported on demand: most runs use no proxy.
  const { HttpsProxyAgent } = await import('https-proxy-agent');
  const agent = agents.get(proxy) ?? new HttpsProxyAgent(proxy, { keepAlive: true });
  agents.set(proxy, agent);
  return agent;
}

/**
 * The proxy for an address by `HTTPS_PROXY` and `NO_PROXY` (or lower case); null for a direct
 * connection.
 */
export function proxyFor(url: URL, environment: Environment): string | null {
  const proxy = environment['https_proxy'] || environment['HTTPS_PROXY'];
  if (!proxy || url.protocol !== 'https:' || isLoopback(url.hostname)) return null;
  const direct = (environment['no_proxy'] || environment['NO_PROXY'] || '').toLowerCase().split(/[\s,]+/);
  return direct.some((entry) => covers(entry, url)) ? null : proxy;
}

/**
 * Whether an entry of `NO_PROXY` matches the address. An entry is `*` or a host with an optional
 * port; a host also matches its subdomains, with or without a leading `.` or `*.`.
 */
function covers(entry: string, url: URL): boolean {
  if (entry === '') return false;
  if (entry === '*') return true;
  const [, host = '', port] = /^(?:\*?\.)?(.*?)(?::(\d+))?$/.exec(entry) ?? [];
  if (port !== undefined && port !== (url.port || '443')) return false;
  return url.hostname === host || url.hostname.endsWith(`.${host}`);
}
