import { describe, expect, it } from 'vitest';
import { findObsolete } from './obsolete-files.js';

const file = { digest: 'd', size: 1, mtimeMs: 1, written: true };
const known = (selection: string | null) => ({
  selection,
  files: new Map([
    ['in', file],
    ['left', file],
  ]),
  remaining: new Map([['older', file]]),
});

describe('findObsolete', () => {
  it.each([
    ['everything after everything', null, null, ['left', 'older'], []],
    ['everything after a selection', 's1', null, ['left', 'older'], []],
    ['the same selection again', 's1', 's1', ['left'], ['older']],
    ['another selection', 's1', 's2', [], ['left', 'older']],
    ['a selection after everything', null, 's1', [], ['left', 'older']],
  ])('%s', (_, before, now, gone, kept) => {
    const unplanned = findObsolete(known(before), now, [{ path: 'in' }, { path: 'new' }]);
    expect([[...unplanned.obsolete.keys()], [...unplanned.unselected.keys()]]).toEqual([gone, kept]);
  });

  it('counts a purged file as obsolete whatever the selection, but not another file at its path', () => {
    const purged = [
      { path: 'left', digest: 'd' },
      { path: 'older', digest: 'another' },
    ];
    const unplanned = findObsolete(known('s1'), 's2', [{ path: 'in' }], purged);
    expect([[...unplanned.obsolete.keys()], [...unplanned.unselected.keys()]]).toEqual([['left'], ['older']]);
  });

  it('finds none without state', () => {
    expect(findObsolete(null, null, [])).toEqual({ obsolete: new Map(), unselected: new Map() });
  });
});
