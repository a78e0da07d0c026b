import { expect, it } from 'vitest';
import { gitHubAddresses } from './github-addresses.js';

it.each([
  ['https://github.com', 'https://api.github.com'],
  ['https://acme.ghe.com', 'https://api.acme.ghe.com'],
  ['https://github.acme.example', 'https://github.acme.example/api/v3'],
  ['https://github.com.acme.example', 'https://github.com.acme.example/api/v3'],
  ['http://127.0.0.1:3000', 'http://127.0.0.1:3000/api/v3'],
])('%s has its API at %s', (server, api) => {
  expect(gitHubAddresses(server)).toEqual({ server, api });
});
