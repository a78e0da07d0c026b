import type { RefName } from '../../vocabulary/ref-name.js';
import { parseSettings } from '../settings/parse-settings.js';
import { SETTINGS_PATH } from '../settings/settings.js';

/** The settings of a push: the text to store (null: keep the current one), and the problems of the file. */
export interface PushedSettings {
  text: string | null;
  problems: { path: string; problem: string }[];
}

/**
 * Reads the settings file of a push. Only a branch has settings; a pull request uses those of its base. An
 * invalid file changes nothing: it neither disables the checks nor blocks the branch.
 */
export function readPushedSettings(ref: RefName, text: string | null): PushedSettings {
  if (text === null || ref.kind !== 'BRANCH') return { text: null, problems: [] };
  const parsed = parseSettings(text);
  if ('settings' in parsed) return { text, problems: [] };
  const problems = parsed.problems.map((problem) => ({
    path: SETTINGS_PATH,
    problem: `${problem} (until it is fixed, the previous settings apply)`,
  }));
  return { text: null, problems };
}
