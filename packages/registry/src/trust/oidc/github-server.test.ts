import { expect, it } from 'vitest';
import { githubServerOf } from './github-server.js';

it.each([
  ['https://token.actions.githubusercontent.com', 'https://github.com'],
  ['https://token.actions.githubusercontent.com/acme-enterprise', 'https://github.com'],
  ['https://token.actions.acme.ghe.com', 'https://acme.ghe.com'],
  ['https://github.acme.example/_services/token', 'https://github.acme.example'],
  ['https://github.acme.example:8443/_services/token/', 'https://github.acme.example:8443'],
  ['http://127.0.0.1:4001', null],
  ['https://login.acme.example', null],
  ['https://token.actions.githubusercontent.com.evil.example', null],
  ['not an address', null],
])('the GitHub of the issuer %s is %s', (issuer, server) => {
  expect(githubServerOf(issuer)).toBe(server);
});
