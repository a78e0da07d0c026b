import { expect, it } from 'vitest';
import { counted, countsOf, describeSnapshot } from './describe.js';

it('describes snapshots and counts', () => {
  const snapshot = { id: 'i', version: 3, createdAt: '', recordingCount: 1, commit: '1a2b3c4d5e' };
  expect(describeSnapshot({ ...snapshot, branch: 'main', pullRequest: null })).toBe(
    'main at version 3 (commit 1a2b3c4)',
  );
  expect(describeSnapshot({ ...snapshot, branch: null, pullRequest: 12, commit: null })).toBe(
    'pull request 12 at version 3',
  );
  expect([counted(0, 'file'), counted(1, 'file'), counted(3162, 'file')]).toEqual([
    '0 files',
    '1 file',
    '3,162 files',
  ]);
  expect(countsOf({ added: 1000, changed: 0, removed: 2 }, 'nothing')).toBe('1,000 added, 2 removed');
  expect(countsOf({ added: 0 }, 'nothing')).toBe('nothing');
});
