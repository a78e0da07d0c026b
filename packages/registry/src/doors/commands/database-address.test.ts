import { describe, expect, it } from 'vitest';
import { databaseAddress } from './database-address.js';

describe('the address of a database in messages', () => {
  it.each([
    ['postgres://user:secret@db.example.com:6432/registry?sslmode=require', 'db.example.com:6432/registry'],
    ['postgres://user:secret@db.example.com/registry', 'db.example.com:5432/registry'],
    ['postgresql://[::1]:1/x', '[::1]:1/x'],
    ['postgres://user:secret@one,two:5433/registry', null],
    ['postgres:///registry?host=/var/run/postgresql&password=secret', null],
    ['postgres://user:se/cret@:x', null],
    [undefined, null],
  ])('%s: %s', (url, address) => {
    expect(databaseAddress(url)).toBe(address);
  });
});
