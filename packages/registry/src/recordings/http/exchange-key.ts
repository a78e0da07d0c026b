import { createHash } from 'node:crypto';

const DEFAULT_PORTS: Record<string, string> = { http: '80', https: '443' };

/**
 * The key of an exchange inside its file, as 64 hex digits: the sha256 of method and normalised URL. Never the
 * position, which an insertion shifts, and never the body, which an edited prompt changes.
 */
export function exchangeKey(method: string, url: string): string {
  return createHash('sha256')
    .update(`${method.toUpperCase()} ${normaliseUrl(url)}`)
    .digest('hex');
}

/**
 * Lower-cases scheme and host, removes a default port and the fragment, and sorts the query. Never throws:
 * recordings have placeholders such as `<AWS_REGION>` in host names, which `URL` rejects.
 */
export function normaliseUrl(url: string): string {
  const [, scheme, host = '', path = '', query] =
    /^([a-zA-Z][a-zA-Z0-9+.-]*):\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?/.exec(url) ?? [];
  if (scheme === undefined) return url;
  const lower = scheme.toLowerCase();
  const port = DEFAULT_PORTS[lower];
  const plainHost = host.toLowerCase().replace(port === undefined ? /$^/ : new RegExp(`:${port}$`), '');
  const sorted = query === undefined || query === '' ? '' : `?${query.split('&').sort().join('&')}`;
  return `${lower}://${plainHost}${path === '' ? '/' : path}${sorted}`;
}
