import type { Agent } from 'node:http';
import { isLoopback } from '../registry/registry-address.js';
import { RegistryError } from '../registry/registry-error.js';

// One for each proxy, so that requests share connections.
const agents = new Map<string, Agent>();

type Environment = Record<string, string | undefined>;

/**
 * The agent that reaches an address through the proxy that the environment names, as in many companies nothing else leads out; null for
 * the direct way. Only https goes through one, in a tunnel that the proxy cannot look into: what speaks http:// is close by.
 * @throws RegistryError when the proxy's address is none
 */
export async function proxyAgent(url: URL, environment: Environment = process.env): Promise<Agent | null> {
  const proxy = proxyFor(url, environment);
  if (proxy === null) return null;
  if (!URL.canParse(proxy) || !/^https?:\/\//i.test(proxy)) {
    // Not shown: it may hold a password.
    throw new RegistryError(
      'INVALID',
      'HTTPS_PROXY is not an address such as http://proxy.example.com:3128.',
    );
  }
  // Loaded where it is needed: most runs are without a proxy.
  const { HttpsProxyAgent } = await import('https-proxy-agent');
  const agent = agents.get(proxy) ?? new HttpsProxyAgent(proxy, { keepAlive: true });
  agents.set(proxy, agent);
  return agent;
}

/** The proxy for an address, as `HTTPS_PROXY` and `NO_PROXY` (or the same in small letters) say; null for the direct way. */
export function proxyFor(url: URL, environment: Environment): string | null {
  const proxy = environment['https_proxy'] || environment['HTTPS_PROXY'];
  if (!proxy || url.protocol !== 'https:' || isLoopback(url.hostname)) return null;
  const direct = (environment['no_proxy'] || environment['NO_PROXY'] || '').toLowerCase().split(/[\s,]+/);
  return direct.some((entry) => covers(entry, url)) ? null : proxy;
}

/** Whether an entry of `NO_PROXY` means the address: `*`, a host with all below it (a dot or `*.` before it is the same), perhaps a port. */
function covers(entry: string, url: URL): boolean {
  if (entry === '') return false;
  if (entry === '*') return true;
  const [, host = '', port] = /^(?:\*?\.)?(.*?)(?::(\d+))?$/.exec(entry) ?? [];
  if (port !== undefined && port !== (url.port || '443')) return false;
  return url.hostname === host || url.hostname.endsWith(`.${host}`);
}
