/**
 * The address of the GitHub whose workflows an issuer signs tokens for, without a trailing slash:
 * `https://github.com`, `https://SUBDOMAIN.ghe.com` or that of a GitHub Enterprise Server. Null for any other
 * issuer.
 */
export function githubServerOf(issuer: string): string | null {
  if (!URL.canParse(issuer)) return null;
  const { protocol, hostname, origin, pathname } = new URL(issuer);
  if (protocol !== 'https:') return null;
  if (hostname === 'token.actions.githubusercontent.com') return 'https://github.com';
  const tenant = /^token\.actions\.([a-z0-9-]+\.ghe\.com)$/.exec(hostname)?.[1];
  if (tenant !== undefined) return `https://${tenant}`;
  return pathname.replace(/\/+$/, '') === '/_services/token' ? origin : null;
}
