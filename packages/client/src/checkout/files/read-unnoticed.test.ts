import { constants, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { notesReads } from '../../../test/notes-reads.js';
import { TemporaryFolder } from '../../../test/temporary-folder.js';
import { isRead, readUnnoticed } from './read-unnoticed.js';

const { O_RDONLY, O_NOATIME } = constants;
const [ACCESSED, MODIFIED] = [1_600_000_000, 1_700_000_000.123];

describe.skipIf(!notesReads()).each([
  ['with the flag of Linux', O_NOATIME ?? null],
  ['without such a flag', null],
])('readUnnoticed %s', (_, flag) => {
  it.each([
    ['an unread file unread', ACCESSED, false],
    ['a read file read', MODIFIED + 60, true],
  ])('leaves %s', (_name, accessed, read) => {
    using folder = new TemporaryFolder().write({ file: 'content' });
    const file = join(folder.path, 'file');
    utimesSync(file, accessed, MODIFIED);
    const before = statSync(file);
    const text = readUnnoticed(file, O_RDONLY, (descriptor) => readFileSync(descriptor, 'utf8'), flag);
    expect(text).toBe('content');
    const after = statSync(file);
    expect(isRead(after)).toBe(read);
    expect(Math.abs(after.mtimeMs - before.mtimeMs)).toBeLessThan(0.01);
    readFileSync(file);
    expect(isRead(statSync(file))).toBe(true);
  });

  it('keeps the time of a file that is written meanwhile', () => {
    using folder = new TemporaryFolder().write({ file: 'content' });
    const file = join(folder.path, 'file');
    utimesSync(file, ACCESSED, MODIFIED);
    readUnnoticed(
      file,
      O_RDONLY,
      (descriptor) => {
        readFileSync(descriptor);
        writeFileSync(file, 'changed');
      },
      flag,
    );
    expect(statSync(file).mtimeMs).toBeGreaterThan(MODIFIED * 1000);
  });
});
