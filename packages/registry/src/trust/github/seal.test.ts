import { expect, it } from 'vitest';
import { makeSeal } from './seal.js';

const APP = { clientId: 'Iv1', clientSecret: '0123456789abcdef0123' };
const session = makeSeal<{ token: string }>(APP, 'session');
const VALUE = { token: 'gho_secret' };

it('opens what it closed, in every process with the same secret, and shows none of it', async () => {
  const closed = await session.close(VALUE, 60);
  expect(await makeSeal(APP, 'session').open(closed)).toEqual(VALUE);
  expect(Buffer.from(closed, 'base64').toString('latin1')).not.toContain('gho_');
  expect(await session.close(VALUE, 60)).not.toBe(closed);
});

it.each([
  ['another secret', makeSeal({ ...APP, clientSecret: 'another-0123456789ab' }, 'session')],
  ['another app', makeSeal({ ...APP, clientId: 'Iv2' }, 'session')],
  ['another purpose', makeSeal(APP, 'sign-in')],
])('does not open what was closed with %s', async (_, other) => {
  expect(await session.open(await other.close(VALUE, 60))).toBeNull();
});

it('does not open what is expired, changed or no such text', async () => {
  expect(await session.open(await session.close(VALUE, -1))).toBeNull();
  const parts = (await session.close(VALUE, 60)).split('.');
  for (const index of [0, 2, 3, 4]) {
    const changed = parts.with(index, `${parts[index]?.slice(0, -2)}xy`).join('.');
    expect(await session.open(changed)).toBeNull();
  }
  for (const text of ['', 'a.b.c', 'eyJhbGciOiJub25lIn0.e30.', 'A'.repeat(10_000)]) {
    expect(await session.open(text)).toBeNull();
  }
});
