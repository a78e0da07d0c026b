import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Timeouts } from '../registry/timeouts.js';
import { proxyAgent } from './proxy.js';
import { watchResponse } from './watch-response.js';

/*
 * Not `fetch`: in Node 20 it sometimes never settles when the server dies during an upload, and the
 * process then ends in the middle of a push. Loading it also takes a third of Node's start-up time.
 */

/**
 * Sends one request. Resolves with the response when its headers have arrived; redirects are not
 * followed.
 * @throws the network error or the exceeded timeout, also while the body is read
 */
export async function sendRequest(
  url: URL,
  options: { method: string; headers: Record<string, string>; body: string | Uint8Array; timeouts: Timeouts },
): Promise<IncomingMessage> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  const body = typeof options.body === 'string' ? Buffer.from(options.body) : options.body;
  const agent = await proxyAgent(url);
  return new Promise((resolve, reject) => {
    const sent: ClientRequest = request(url, {
      method: options.method,
      ...(agent !== null && { agent }),
      headers: { ...options.headers, 'content-length': String(body.byteLength) },
    });
    watchResponse(sent, options.timeouts);
    sent.once('error', reject);
    sent.once('response', resolve);
    // Without this a connection that closes without an error would leave the caller waiting.
    sent.once('close', () => reject(new Error('the connection was closed before a response arrived')));
    sent.end(body);
  });
}
