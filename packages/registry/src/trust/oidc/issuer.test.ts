import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTVerifyGetKey } from 'jose';
import { describe, expect, it } from 'vitest';
import { IssuerUnreachable, keysOf } from './issuer.js';

const HEADER = { alg: 'ES256', kid: 'one' };

/** Keys of the issuer are looked up as the verification of a token does it. */
const look = (keys: JWTVerifyGetKey, header = HEADER) =>
  keys(header, { payload: '', signature: '', protected: '' });

/** A server on loopback, with the paths that were asked for. */
async function serve(answer: RequestListener) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const key = {
  ...(await exportJWK((await generateKeyPair('ES256', { extractable: true })).publicKey)),
  ...HEADER,
};

/** An issuer whose discovery document says what is given, and that has one key. */
async function serveIssuer(document: (url: string) => unknown) {
  const issuer = await serve((request, response) => {
    const isKeys = request.url === '/keys';
    response.end(JSON.stringify(isKeys ? { keys: [key] } : document(issuer.url)));
  });
  return issuer;
}

describe("the issuer's keys", () => {
  it('are found by its discovery document and kept', async () => {
    await using issuer = await serveIssuer((url) => ({ issuer: url, jwks_uri: `${url}/keys` }));
    const keys = keysOf(issuer.url);
    for (let round = 0; round < 3; round++) expect(await look(keys)).toMatchObject({ type: 'public' });
    expect(issuer.asked).toEqual(['/.well-known/openid-configuration', '/keys']);
  });

  it.each([
    ['names another issuer', (url: string) => ({ issuer: 'https://evil.example', jwks_uri: `${url}/keys` })],
    ['names itself with a slash more', (url: string) => ({ issuer: `${url}/`, jwks_uri: `${url}/keys` })],
    ['names no issuer', (url: string) => ({ jwks_uri: `${url}/keys` })],
    ['names no keys', (url: string) => ({ issuer: url })],
    [
      'names keys over http on another machine',
      (url: string) => ({ issuer: url, jwks_uri: 'http://keys.invalid/' }),
    ],
    ['names keys in a file', (url: string) => ({ issuer: url, jwks_uri: 'file:///etc/passwd' })],
    ['is no object', () => 'keys'],
    [
      'is far too long',
      (url: string) => ({ issuer: url, jwks_uri: `${url}/keys`, more: 'x'.repeat(300_000) }),
    ],
  ])('of a document that %s are not taken', async (_what, document) => {
    await using issuer = await serveIssuer(document);
    await expect(look(keysOf(issuer.url))).rejects.toThrow(IssuerUnreachable);
    expect(issuer.asked).toEqual(['/.well-known/openid-configuration']);
  });

  it('are not looked for where a redirect points to', async () => {
    await using elsewhere = await serveIssuer((url) => ({ issuer: url, jwks_uri: `${url}/keys` }));
    for (const redirected of ['/.well-known/openid-configuration', '/keys']) {
      await using issuer = await serve((request, response) => {
        if (request.url === redirected) {
          return void response.writeHead(302, { location: elsewhere.url + redirected }).end();
        }
        response.end(JSON.stringify({ issuer: issuer.url, jwks_uri: `${issuer.url}/keys` }));
      });
      await expect(look(keysOf(issuer.url))).rejects.toThrow(IssuerUnreachable);
    }
    expect(elsewhere.asked).toEqual([]);
  });

  it('are not asked for again at once while the issuer is in trouble, however many ask', async () => {
    await using issuer = await serve((_request, response) => response.writeHead(500).end());
    const keys = keysOf(issuer.url);
    for (let round = 0; round < 20; round++) await expect(look(keys)).rejects.toThrow(IssuerUnreachable);
    expect(issuer.asked).toHaveLength(1);
  });
});
