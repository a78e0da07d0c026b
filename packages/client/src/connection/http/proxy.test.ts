import { expect, it } from 'vitest';
import { proxyAgent, proxyFor } from './proxy.js';

const PROXY = 'http://proxy.example.com:3128';

it.each([
  ['https://fixtures.example.com', {}, null],
  ['https://fixtures.example.com', { HTTPS_PROXY: PROXY }, PROXY],
  ['https://fixtures.example.com', { https_proxy: PROXY }, PROXY],
  ['https://fixtures.example.com', { HTTPS_PROXY: '' }, null],
  ['https://fixtures.example.com', { HTTP_PROXY: PROXY }, null],
  ['http://fixtures.example.com', { HTTPS_PROXY: PROXY }, null],
  ['https://localhost:4000', { HTTPS_PROXY: PROXY }, null],
  ['https://127.0.0.1', { HTTPS_PROXY: PROXY }, null],
  ['https://[::1]', { HTTPS_PROXY: PROXY }, null],
  ['https://fixtures.example.com', { HTTPS_PROXY: PROXY, NO_PROXY: '*' }, null],
  ['https://fixtures.example.com', { HTTPS_PROXY: PROXY, NO_PROXY: 'other, example.com' }, null],
  ['https://fixtures.example.com', { HTTPS_PROXY: PROXY, no_proxy: '.EXAMPLE.com' }, null],
  ['https://fixtures.example.com', { HTTPS_PROXY: PROXY, NO_PROXY: '*.example.com' }, null],
  ['https://fixtures.example.com', { HTTPS_PROXY: PROXY, NO_PROXY: 'fixtures.example.com:443' }, null],
  ['https://fixtures.example.com:8443', { HTTPS_PROXY: PROXY, NO_PROXY: 'fixtures.example.com:443' }, PROXY],
  ['https://fixtures.example.com', { HTTPS_PROXY: PROXY, NO_PROXY: 'ample.com' }, PROXY],
  ['https://fixtures.example.com', { HTTPS_PROXY: PROXY, NO_PROXY: 'fixtures.example.com.evil' }, PROXY],
])('%s with %j goes through %s', (address, environment, expected) => {
  expect(proxyFor(new URL(address), environment as Record<string, string>)).toBe(expected);
});

it('does not show an invalid proxy address', async () => {
  const asking = proxyAgent(new URL('https://a.example'), { HTTPS_PROXY: 'me:hunter2 @x' });
  await expect(asking).rejects.toThrow(/HTTPS_PROXY is not an address/);
  await expect(asking).rejects.not.toThrow(/hunter2/);
});
