import { describe, expect, it } from 'vitest';
import type { Connection } from './connection.js';
import { addressOf, isLoopback, withoutUser } from './registry-address.js';

const CONNECTION: Connection = {
  registry: '',
  token: null,
  repository: { owner: 'o', name: 'n' },
  userAgent: 'test',
  log: () => undefined,
};

describe('addressOf', () => {
  it.each([
    ['https://fixtures.example.com', 'https://fixtures.example.com/graphql'],
    ['https://fixtures.example.com/below/', 'https://fixtures.example.com/below/graphql'],
    ['http://127.0.0.1:4000', 'http://127.0.0.1:4000/graphql'],
    ['http://127.1:4000', 'http://127.0.0.1:4000/graphql'],
    ['http://localhost:4000/', 'http://localhost:4000/graphql'],
    ['http://[::1]:4000', 'http://[::1]:4000/graphql'],
  ])('accepts %s', (registry, expected) => {
    expect(addressOf({ ...CONNECTION, registry }, '/graphql').href).toBe(expected);
  });

  it.each([
    ['http://fixtures.example.com', /--allow-insecure/],
    ['http://10.0.0.1:4000', /--allow-insecure/],
    ['http://127.0.0.1.example.com', /--allow-insecure/],
    ['http://localhost.example.com', /--allow-insecure/],
    ['http://127.example.com', /--allow-insecure/],
    ['http://0.0.0.0:4000', /--allow-insecure/],
    ['HTTP://[2001:db8::1]', /--allow-insecure/],
    ['http://localhost@example.com', /user name/],
    ['https://user:hunter2@example.com', /user name/],
    ['ftp://user:hunter2@example.com', /not an http/],
    ['https://', /not an http/],
    ['nonsense', /not an http/],
  ])('refuses %s', (registry, message) => {
    const asking = () => addressOf({ ...CONNECTION, registry }, '/graphql');
    expect(asking).toThrow(message);
    expect(asking).not.toThrow(/hunter2/);
  });

  it('accepts http if it is allowed', () => {
    const connection = { ...CONNECTION, registry: 'http://registry:4000', allowInsecure: true };
    expect(addressOf(connection, '/graphql').href).toBe('http://registry:4000/graphql');
  });
});

it.each([
  ['localhost', true],
  ['127.8.9.10', true],
  ['[::1]', true],
  ['128.0.0.1', false],
  ['[::2]', false],
  ['', false],
])('isLoopback(%j) is %s', (hostname, expected) => {
  expect(isLoopback(hostname)).toBe(expected);
});

it.each([
  ['https://a:b@c', 'https://***@c'],
  ['https://a:b@c@d/e', 'https://***@d/e'],
  ['a:b/c@d', '***@d'],
  ['https://d', 'https://d'],
])('withoutUser(%j) is %j', (address, expected) => {
  expect(withoutUser(address)).toBe(expected);
});
