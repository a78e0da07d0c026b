import type { RefName } from '../../vocabulary/ref-name.js';
import { parseSettings } from '../settings/parse-settings.js';
import { SETTINGS_PATH } from '../settings/settings.js';

/** The settings file that came with a push: the text to keep, null to leave what is there, and what is wrong with it. */
export interface PushedSettings {
  text: string | null;
  problems: { path: string; problem: string }[];
}

/**
 * Only a branch brings settings: a pull request follows those of its base. A file that cannot be read changes nothing,
 * rather than letting everything through or stopping the branch.
 */
export function readPushedSettings(ref: RefName, text: string | null): PushedSettings {
  if (text === null || ref.kind !== 'BRANCH') return { text: null, problems: [] };
  const parsed = parseSettings(text);
  if ('settings' in parsed) return { text, problems: [] };
  const problems = parsed.problems.map((problem) => ({
    path: SETTINGS_PATH,
    problem: `${problem} (until then the settings stay as they were)`,
  }));
  return { text: null, problems };
}
