import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { type Patience, watchAnswer } from './patience.js';
import { proxyAgent } from './proxy.js';

/**
 * Sends one request and gives its answer as soon as its head is there. It is here, and not `fetch`, because Node 20's
 * `fetch` sometimes never settles when the server dies while a body is on its way: a process that waits for nothing
 * else then ends in the middle of a push; and because loading `fetch` takes a third of what Node takes to start. Redirects are
 * answers like any other.
 * @throws the network's error, also while the answer's body is read
 */
export async function sendRequest(
  url: URL,
  options: { method: string; headers: Record<string, string>; body: string | Uint8Array; patience: Patience },
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
    watchAnswer(sent, options.patience);
    sent.once('error', reject);
    sent.once('response', resolve);
    // Whatever happened to the connection, nobody may wait for ever.
    sent.once('close', () => reject(new Error('the connection was closed before an answer came')));
    sent.end(body);
  });
}
