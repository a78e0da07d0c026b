/** The parts of a URL that a request hash uses, as Python's `urlparse` splits them. */
export interface UrlParts {
  /** With user and port, as written; empty when the URL has none. */
  host: string;
  path: string;
}

/** Schemes whose last path segment may end in `;parameters`, which are not part of the path. */
const SCHEMES_WITH_PARAMETERS = new Set([
  '',
  'ftp',
  'hdl',
  'http',
  'https',
  'imap',
  'mms',
  'prospero',
  'rtsp',
  'rtspu',
  'sftp',
  'shttp',
  'sip',
  'sips',
  'tel',
]);

/**
 * Splits a URL as Python does. `URL` percent-encodes, lower-cases hosts and rejects relative URLs,
 * and recorders write `__databricks__/serving-endpoints/v1/…` and `vertexai:///generate_content`.
 */
export function urlParts(url: string): UrlParts {
  let rest = withoutControls(url);
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(rest)?.[1];
  if (scheme !== undefined) rest = rest.slice(scheme.length + 1);
  let host = '';
  if (rest.startsWith('//')) {
    const end = rest.slice(2).search(/[/?#]/);
    host = end < 0 ? rest.slice(2) : rest.slice(2, end + 2);
    rest = rest.slice(host.length + 2);
  }
  const path = upTo(upTo(rest, '#'), '?');
  return {
    host,
    path: SCHEMES_WITH_PARAMETERS.has(scheme?.toLowerCase() ?? '') ? withoutParameters(path) : path,
  };
}

function withoutControls(url: string): string {
  let start = 0;
  while (start < url.length && url.charCodeAt(start) <= 0x20) start += 1;
  return url.slice(start).replace(/[\t\r\n]/g, '');
}

function upTo(text: string, mark: string): string {
  const at = text.indexOf(mark);
  return at < 0 ? text : text.slice(0, at);
}

function withoutParameters(path: string): string {
  const at = path.indexOf(';', Math.max(path.lastIndexOf('/'), 0));
  return at < 0 ? path : path.slice(0, at);
}
