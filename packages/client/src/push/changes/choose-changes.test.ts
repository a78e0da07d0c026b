import { describe, expect, it } from 'vitest';
import { filesToAdd, filesToRestore } from './choose-changes.js';

const file = (digest: string) => ({ digest, size: 1, mtimeMs: 1, written: false });

describe('filesToAdd', () => {
  const onDisk = new Map([
    ['same', file('s')],
    ['changed', file('new')],
    ['added', file('a')],
  ]);
  const pulled = new Map([
    ['same', file('s')],
    ['changed', file('old')],
    ['deleted', file('d')],
  ]);

  it('adds the files that differ from those pulled', () => {
    expect(filesToAdd(onDisk, pulled)).toEqual([
      { path: 'changed', digest: 'new', size: 1 },
      { path: 'added', digest: 'a', size: 1 },
    ]);
  });

  it('adds all files if nothing was pulled', () => {
    expect(filesToAdd(onDisk, null).map(({ path }) => path)).toEqual(['same', 'changed', 'added']);
  });
});

describe('filesToRestore', () => {
  const onDisk = new Map([
    ['same', file('s')],
    ['same, newer there', file('s')],
    ['changed, newer there', file('new')],
    ['added', file('a')],
  ]);
  const pulled = new Map([
    ['same', file('s')],
    ['same, newer there', file('s')],
    ['changed, newer there', file('old')],
  ]);

  it('adds all files except unchanged ones that are newer in the registry', () => {
    const newer = new Set(['same, newer there', 'changed, newer there', 'of others']);
    const paths = filesToRestore(onDisk, pulled, newer).map(({ path }) => path);
    expect(paths).toEqual(['same', 'changed, newer there', 'added']);
  });
});
