import { describe, expect, it } from 'vitest';
import { leavingFiles } from './obsolete-files.js';

const file = { digest: 'd', size: 1, mtimeMs: 1, written: true };
const known = (selection: string | null) => ({
  selection,
  files: new Map([
    ['in', file],
    ['left', file],
  ]),
  others: new Map([['older', file]]),
});

describe('leavingFiles', () => {
  it.each([
    ['everything after everything', null, null, ['left', 'older'], []],
    ['everything after a selection', 's1', null, ['left', 'older'], []],
    ['the same selection again', 's1', 's1', ['left'], ['older']],
    ['another selection', 's1', 's2', [], ['left', 'older']],
    ['a selection after everything', null, 's1', [], ['left', 'older']],
  ])('%s', (_, before, now, gone, kept) => {
    const leaving = leavingFiles(known(before), now, [{ path: 'in' }, { path: 'new' }]);
    expect([[...leaving.gone.keys()], [...leaving.kept.keys()]]).toEqual([gone, kept]);
  });

  it('lets what was purged leave whatever the selection, but not another file in its place', () => {
    const purged = [
      { path: 'left', digest: 'd' },
      { path: 'older', digest: 'another' },
    ];
    const leaving = leavingFiles(known('s1'), 's2', [{ path: 'in' }], purged);
    expect([[...leaving.gone.keys()], [...leaving.kept.keys()]]).toEqual([['left'], ['older']]);
  });

  it('knows of none without state', () => {
    expect(leavingFiles(null, null, [])).toEqual({ gone: new Map(), kept: new Map() });
  });
});
