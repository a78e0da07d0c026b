import { expect, it } from 'vitest';
import { readSignIn } from './read-sign-in.js';

const SECRET = '0123456789abcdef0123456789abcdef01234567';
const GITHUB = 'https://token.actions.githubusercontent.com';

const read = (id: string | null, secret: string | null, url: string | null = null, issuer = GITHUB) => {
  const values: Record<string, string | null> = {
    FIXTURE_REGISTRY_GITHUB_CLIENT_ID: id,
    FIXTURE_REGISTRY_GITHUB_CLIENT_SECRET: secret,
    FIXTURE_REGISTRY_GITHUB_URL: url,
  };
  return readSignIn((name) => values[name] ?? null, issuer);
};

it('is off without configuration', () => {
  expect(read(null, null)).toBeNull();
});

it.each([
  [null, GITHUB, 'https://github.com'],
  ['https://github.com/', GITHUB, 'https://github.com'],
  [null, 'https://ghe.acme.example/_services/token', 'https://ghe.acme.example'],
  ['https://ghe.acme.example', 'https://issuer.example', 'https://ghe.acme.example'],
  ['http://127.0.0.1:8080', 'http://127.0.0.1:9090', 'http://127.0.0.1:8080'],
])('uses the GitHub at %s with the issuer %s', (url, issuer, server) => {
  expect(read('Iv23li', SECRET, url, issuer)).toEqual({ server, clientId: 'Iv23li', clientSecret: SECRET });
});

it.each([
  ['Iv23li', null, null, GITHUB, /_CLIENT_SECRET must be/],
  ['Iv23li', 'short', null, GITHUB, /_CLIENT_SECRET must be/],
  [null, SECRET, null, GITHUB, /_CLIENT_SECRET requires FIXTURE_REGISTRY_GITHUB_CLIENT_ID/],
  ['Iv 23', SECRET, null, GITHUB, /_CLIENT_ID must be/],
  [null, null, 'https://github.com', GITHUB, /_URL requires/],
  ['Iv23li', SECRET, 'http://github.example.com', 'https://issuer.example', /_URL must be an https address/],
  ['Iv23li', SECRET, 'https://github.example.com/path', 'https://issuer.example', /without a path/],
  ['Iv23li', SECRET, 'https://ghe.acme.example', GITHUB, /both must be the same GitHub/],
])('refuses %s, %s, %s with the issuer %s', (id, secret, url, issuer, message) => {
  expect(() => read(id, secret, url, issuer)).toThrow(message);
  if (secret !== null) expect(() => read(id, secret, url, issuer)).not.toThrow(secret);
});
