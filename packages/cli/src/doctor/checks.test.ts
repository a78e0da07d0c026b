import { describe, expect, it } from 'vitest';
import { checkVersion } from './check-access.js';
import { checkClient } from './check-client.js';
import { checkClock } from './check-registry.js';

describe('checkClock', () => {
  it.each([
    [0, 'ok', 'the clocks agree to 1 s'],
    [-59_000, 'ok', 'the clocks agree to 59 s'],
    [61_000, 'warn', "the registry's clock is 61 s ahead of this machine's"],
    [-61_000, 'warn', "the registry's clock is 61 s behind this machine's"],
    [-301_000, 'fail', "the registry's clock is 301 s behind this machine's"],
  ])('%i ms', (skew, status, text) => {
    expect(checkClock(skew)).toMatchObject({ status, text });
  });
});

describe('checkClient', () => {
  it.each([
    ['18.20.0', 'fail'],
    ['20.18.1', 'fail'],
    ['20.19.0', 'ok'],
    ['22.1.0', 'ok'],
  ])('Node %s', (version, status) => {
    expect(checkClient(version).status).toBe(status);
  });
});

describe('checkVersion', () => {
  it.each([
    [null, []],
    ['0.1.7', ['ok']],
    ['0.2.0', ['warn']],
    ['1.0.0', ['warn']],
  ])('%s', (version, expected) => {
    expect(checkVersion(version).map(({ status }) => status)).toEqual(expected);
  });
});
