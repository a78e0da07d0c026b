import { code } from '../../vocabulary/words.js';
import type { DriftChange } from '../differences/drift.js';
import { groupBy } from '../differences/group-by.js';
import type { ChangeGroup, FileGroup } from './change-group.js';
import { shortTest } from './change-names.js';

/** Groups moves by their folders, or by the renamed test. */
export function groupMoves(changes: DriftChange[]): ChangeGroup[] {
  const words = ({ path, previousPath, before, after }: DriftChange) => {
    if (before?.testId && after?.testId && before.testId !== after.testId) {
      const [from, to] = [before.testId, after.testId].map((id) =>
        code(shortTest(id).replace(/\[.*$/s, ''), 160),
      );
      return from === to ? `${to} with other parameters` : `${from} → ${to}`;
    }
    const [from, to] = [previousPath ?? path, path].map((name) => code(folderOf(name), 160));
    return from === to ? `renamed within ${to}` : `${from} → ${to}`;
  };
  const groups = [...groupBy(changes, words)].map(([description, group]) => ({
    words: description,
    changes: group,
    texts: [],
  }));
  return groups.sort((a, b) => b.changes.length - a.changes.length);
}

function folderOf(path: string): string {
  return path.replace(/[^/]*$/, '');
}

/** Groups new or removed recordings by test file, else by folder. */
export function groupFiles(changes: DriftChange[]): FileGroup[] {
  const file = (change: DriftChange) => change.testId?.split('::')[0] ?? folderOf(change.path);
  return [...groupBy(changes, file)]
    .map(([name, group]) => ({ file: name, changes: group }))
    .sort((a, b) => b.changes.length - a.changes.length || (a.file < b.file ? -1 : 1));
}
