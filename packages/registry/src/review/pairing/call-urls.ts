import { normaliseUrl } from '../../recordings/http/exchange-key.js';
import type { Exchange } from '../../vocabulary/recording.js';
import { maskGenerated } from '../differences/generated-values.js';

/** The parts of a URL, in words that say the same for every recording. */
export interface CallUrl {
  host: string;
  path: string;
  query: string;
}

/** Splits a URL. Never throws: recordings have placeholders such as `<AWS_REGION>` in host names. */
export function callUrl(url: string): CallUrl {
  const [, host = '', path = '', query = ''] =
    /^[a-z][a-z0-9+.-]*:\/\/([^/?]*)([^?]*)\??(.*)$/s.exec(normaliseUrl(url)) ?? [];
  return host === '' ? { host: '', path: url, query: '' } : { host, path, query };
}

/** "POST api.openai.com/v1/chat/completions": without query, and with generated ids as "…". */
export function callName({ method, url }: Pick<Exchange, 'method' | 'url'>): string {
  const { host, path } = callUrl(url);
  return `${method} ${host}${maskPath(path)}`.trim();
}

/** A path with generated ids and tokens as "…". */
export function maskPath(path: string): string {
  return maskGenerated(path).replaceAll(/(?<=\/)[\w=-]{60,}(?=\/|$)/g, '…');
}
