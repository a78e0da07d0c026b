import { describe, expect, it } from 'vitest';
import type { Connection } from '../registry/connection.js';
import { RegistryError, TransientError } from '../registry/registry-error.js';
import { readRetryAfter, retryDelay, withRetries } from './retry.js';

describe('retryDelay', () => {
  it.each([
    [0, null, 0, 250],
    [0, null, 1, 500],
    [1, null, 1, 1500],
    [2, null, 1, 4500],
    [3, null, 1, 13_500],
    [4, null, 1, 20_000],
    [4, null, 0, 10_000],
    [0, 0, 0, 0],
    [0, 3000, 0, 3000],
    [3, 3000, 1, 3500],
    [0, 9_999_000, 0, 60_000],
  ])('after %i failures, Retry-After %s, chance %s: %i ms', (failures, retryAfter, random, expected) => {
    expect(retryDelay(failures, retryAfter, random)).toBe(expected);
  });
});

describe('readRetryAfter', () => {
  const now = Date.parse('2025-01-01T00:00:00Z');
  it.each([
    [null, null],
    ['7', 7000],
    [' 0 ', 0],
    ['Wed, 01 Jan 2025 00:00:30 GMT', 30_000],
    ['Tue, 31 Dec 2024 23:00:00 GMT', 0],
    ['soon', null],
    ['', null],
  ])('%j is %s ms', (header, expected) => {
    expect(readRetryAfter(header, now)).toBe(expected);
  });
});

describe('withRetries', () => {
  const failure = new RegistryError('UNREACHABLE', 'down');
  function waiting(): { connection: Connection; waits: number[] } {
    const waits: number[] = [];
    const wait = async (milliseconds: number) => void waits.push(milliseconds);
    const repository = { owner: 'o', name: 'n' };
    return {
      waits,
      connection: { registry: '', token: null, repository, userAgent: '', log: () => {}, wait },
    };
  }

  it('returns the result of a later attempt', async () => {
    const { connection, waits } = waiting();
    let tries = 0;
    const attempt = async () => {
      if (++tries < 4) throw new TransientError(failure);
      return 'done';
    };
    expect(await withRetries(connection, attempt)).toBe('done');
    expect(waits).toHaveLength(3);
    expect(waits[2]).toBeGreaterThan(waits[0] as number);
  });

  it('throws the final error after six attempts', async () => {
    const { connection, waits } = waiting();
    let tries = 0;
    const attempt = async () => {
      tries++;
      throw new TransientError(failure);
    };
    await expect(withRetries(connection, attempt)).rejects.toBe(failure);
    expect([tries, waits.length]).toEqual([6, 5]);
  });

  it('does not count attempts that made progress', async () => {
    const { connection } = waiting();
    let tries = 0;
    const attempt = async (progressed: () => void) => {
      if (++tries < 30) {
        progressed();
        throw new TransientError(failure);
      }
    };
    await withRetries(connection, attempt);
    expect(tries).toBe(30);
  });

  it.each([failure, new TypeError('a bug')])('does not retry what a retry cannot fix: %s', async (error) => {
    const { connection, waits } = waiting();
    await expect(withRetries(connection, () => Promise.reject(error))).rejects.toBe(error);
    expect(waits).toEqual([]);
  });
});
