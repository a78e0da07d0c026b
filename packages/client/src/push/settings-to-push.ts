import { readSettings, SETTINGS_PATH } from '../checkout/discover/settings-file.js';
import { commitHas, headCommit } from '../checkout/git/git-checkout.js';
import type { Target } from '../connection/registry/target.js';

export interface SettingsToPush {
  /**
   * The text of the file; empty: the commit has no such file; undefined: the settings do not
   * change.
   */
  text: string | undefined;
  /** Why the settings do not change, for people, if that may be unexpected. */
  note: string | null;
}

/**
 * The settings that a push sends. They change only if the directory has the settings file, or is a
 * git checkout whose commit has none; an unpacked artifact, for example, does not change them. A
 * push to a pull request never sends settings: its report uses those of the base branch.
 * @throws LocalError if the file exists but cannot be read
 */
export async function settingsToPush(options: {
  directory: string;
  target: Target;
  commit?: string;
}): Promise<SettingsToPush> {
  const { directory, target, commit } = options;
  if (!('branch' in target)) return { text: undefined, note: null };
  const text = readSettings(directory);
  if (text !== null) return { text, note: null };
  const head = await headCommit(directory);
  // The directory may be a folder that the commit does not have, such as an unpacked artifact.
  if (head === null || !(await commitHas(directory, './'))) return { text: undefined, note: null };
  if (commit !== undefined && commit !== head) {
    const note = `The settings of the repository do not change: commit ${commit} is not checked out.`;
    return { text: undefined, note };
  }
  const inCommit =
    (await commitHas(directory, `./${SETTINGS_PATH}`)) || (await commitHas(directory, SETTINGS_PATH));
  if (!inCommit) return { text: '', note: null };
  const note =
    `The settings of the repository do not change: the commit has ${SETTINGS_PATH}, but ` +
    `${directory} does not. ` +
    'To remove the settings, commit the deletion of the file, then push.';
  return { text: undefined, note };
}
