import { count } from '../../vocabulary/words.js';
import type { DriftChange } from '../differences/drift.js';

/** Says that older recordings are still there, next to those that replace them; null when there are none. */
export function replacedNote(changes: DriftChange[]): string | null {
  const replacing = changes.filter(({ replaces }) => replaces !== null).length;
  if (replacing === 0) return null;
  const what = replacing === 1 ? 'replaces an older recording' : 'replace older recordings';
  return `${count(replacing, 'new recording')} ${what}, which a push removes only with \`--prune\`.`;
}
