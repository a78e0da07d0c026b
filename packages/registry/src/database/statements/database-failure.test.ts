import { DrizzleQueryError } from 'drizzle-orm/errors';
import { describe, expect, it } from 'vitest';
import { databaseFailureOf } from './database-failure.js';
import { DatabaseUnavailable } from './database-unavailable.js';

const stated = (code: string) => Object.assign(new Error('secret detail'), { code, severity: 'ERROR' });
const coded = (code: string) => Object.assign(new Error('secret detail'), { code });

describe('databaseFailureOf', () => {
  it.each([
    ['08006', 'away'],
    ['08P01', 'away'],
    ['57P01', 'away'],
    ['57P02', 'away'],
    ['57P03', 'away'],
    ['25006', 'read-only'],
    ['25P03', 'slow'],
    ['28P01', 'login'],
    ['3D000', 'login'],
    ['40001', 'busy'],
    ['40P01', 'busy'],
    ['53000', 'memory'],
    ['53100', 'full'],
    ['53200', 'memory'],
    ['53300', 'connections'],
    ['55P03', 'busy'],
    ['57014', 'slow'],
    ['58030', 'disk'],
  ])('reads SQLSTATE %s as %s', (code, fault) => {
    expect(databaseFailureOf(stated(code))?.fault).toBe(fault);
    const wrapped = new DrizzleQueryError('select secret', ['secret'], stated(code));
    expect(databaseFailureOf(wrapped)).toEqual(databaseFailureOf(stated(code)));
    expect(databaseFailureOf(new Error('of a use case', { cause: wrapped }))?.fault).toBe(fault);
  });

  it.each([
    ['ECONNREFUSED', 'away'],
    ['ECONNRESET', 'away'],
    ['ENOTFOUND', 'away'],
    ['CONNECTION_CLOSED', 'away'],
    ['CONNECT_TIMEOUT', 'away'],
    ['CONNECTION_ENDED', 'away'],
    ['POOL_EXHAUSTED', 'connections'],
    ['ENOSPC', 'full'],
  ])('reads the code %s of a connection as %s', (code, fault) => {
    expect(databaseFailureOf(new DatabaseUnavailable(code, 'secret detail'))?.fault).toBe(fault);
  });

  it('reads a full disk below the embedded database', () => {
    expect(databaseFailureOf(new DrizzleQueryError('insert', [], coded('ENOSPC')))?.fault).toBe('full');
  });

  it.each([
    ['a constraint', stated('23505')],
    ['a fault in a statement', stated('42601')],
    ['a text that cannot be stored', stated('22021')],
    ['a failed transaction', stated('25P02')],
    ['a missing permission', stated('42501')],
    ['the network of something else', coded('ECONNREFUSED')],
    ['a disk of something else', coded('ENOSPC')],
    ['a code that looks like a SQLSTATE', coded('57P01')],
    ['a bug', new TypeError('x is undefined')],
    ['no error', 'text'],
    ['nothing', null],
  ])('leaves %s alone', (_, error) => {
    expect(databaseFailureOf(error)).toBeNull();
  });

  it('ends on an error that is its own cause', () => {
    const error = new Error('round');
    error.cause = error;
    expect(databaseFailureOf(error)).toBeNull();
  });

  it('keeps details to itself', () => {
    const failure = databaseFailureOf(new DrizzleQueryError('select secret', [], stated('53100')));
    expect(JSON.stringify(failure)).not.toContain('secret');
    expect(failure?.retryAfter).toBeGreaterThan(0);
  });
});
