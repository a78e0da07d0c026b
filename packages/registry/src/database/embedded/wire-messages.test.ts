import { expect, test } from 'vitest';
import { errorResponse, replaceErrors, simpleQuery, startupOf, transactionStatus } from './wire-messages.js';

const ready = (status: string) => Buffer.from(`Z\0\0\0\x05${status}`);
const complete = Buffer.from('C\0\0\0\x0bCOMMIT\0');

test('a query is framed with its length', () => {
  expect(simpleQuery('select 1')).toEqual(Buffer.from('Q\0\0\0\x0dselect 1\0'));
});

test.each([
  ['outside a transaction', Buffer.concat([complete, ready('I')]), 'I'],
  ['inside one', ready('T'), 'T'],
  ['inside a failed one', Buffer.concat([errorResponse('22012', 'x'), ready('E')]), 'E'],
  ['between the parts of a query', complete, null],
  ['nothing', Buffer.alloc(0), null],
])('the status %s', (_, reply, status) => {
  expect(transactionStatus(reply)).toBe(status);
});

test('only errors of one kind are replaced', () => {
  const [readOnly, other, full] = ['25006', '23505', '53100'].map((code) => errorResponse(code, code));
  const reply = (...errors: (Buffer | undefined)[]) =>
    Buffer.concat([complete, ...errors.map((error) => error ?? Buffer.alloc(0)), ready('I')]);
  expect(replaceErrors(reply(readOnly, other, readOnly), '25006', full ?? Buffer.alloc(0))).toEqual(
    reply(full, other, full),
  );
  expect(replaceErrors(reply(other), '25006', full ?? Buffer.alloc(0))).toEqual(reply(other));
  // The code as text in a row is not an error.
  const row = Buffer.from('D\0\0\0\x0c\0C25006\0');
  expect(replaceErrors(row, '25006', full ?? Buffer.alloc(0))).toEqual(row);
});

test('bytes of an earlier connection are dropped before a startup', () => {
  const startup = Buffer.from('\0\0\0\x13\0\x03\0\0user\0postgre', 'latin1');
  startup.writeInt32BE(startup.length, 0);
  expect(startupOf(startup)).toEqual(startup);
  expect(startupOf(Buffer.concat([startup, startup]))).toEqual(startup);
  expect(startupOf(Buffer.concat([Buffer.from(simpleQuery('select 1')), startup]))).toEqual(startup);
});
