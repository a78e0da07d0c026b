/** The addresses of a GitHub: github.com, a tenant of ghe.com, or a GitHub Enterprise Server. */
export interface GitHubAddresses {
  /** The address of its pages, without a trailing slash. */
  server: string;
  /** The address of its REST API, without a trailing slash. */
  api: string;
}

/** @param server such as `https://github.com`, without a trailing slash */
export function gitHubAddresses(server: string): GitHubAddresses {
  const { hostname } = new URL(server);
  if (hostname === 'github.com') return { server, api: 'https://api.github.com' };
  if (hostname.endsWith('.ghe.com')) return { server, api: `https://api.${hostname}` };
  return { server, api: `${server}/api/v3` };
}
