import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { commitHolds, headCommit } from '../checkout/git/git-checkout.js';
import { LocalError } from '../checkout/local-error.js';
import type { Target } from '../connection/registry/target.js';

/** Where a repository says what drift means to it. */
export const SETTINGS_PATH = '.github/fixtures.yml';

// The registry reads no longer ones; whatever this is then, it is not settings.
const LONGEST = 1024 * 1024;

export interface SettingsToPush {
  /** The file's text; empty: the commit has no such file; undefined: the settings stay as they are. */
  text: string | undefined;
  /** Why they stay, where that may surprise; for a person. */
  note: string | null;
}

/**
 * What a push says of the repository's settings. They change only when the directory holds the settings file, or is
 * a git checkout whose commit has none: an artifact, or a folder that was made for the push, says nothing of them.
 * A pull request's report follows the settings of its base, so it never brings any.
 * @throws LocalError when the file is there but cannot be read
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
  // A subfolder that the commit does not have, such as an unpacked artifact, is no checkout of it.
  if (head === null || !(await commitHolds(directory, './'))) return { text: undefined, note: null };
  if (commit !== undefined && commit !== head) {
    const note = `The settings of the repository stay as they are: commit ${commit} is not checked out.`;
    return { text: undefined, note };
  }
  const inCommit =
    (await commitHolds(directory, `./${SETTINGS_PATH}`)) || (await commitHolds(directory, SETTINGS_PATH));
  if (!inCommit) return { text: '', note: null };
  const note =
    `The settings of the repository stay as they are: the commit has ${SETTINGS_PATH}, and ${directory} does not. ` +
    'To drop them, commit the deletion of the file, then push.';
  return { text: undefined, note };
}

/** The text of the settings file; null where there is none. */
function readSettings(directory: string): string | null {
  const file = path.join(directory, SETTINGS_PATH);
  try {
    if (statSync(file).size > LONGEST) throw new LocalError(`${SETTINGS_PATH} is too large to be settings.`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    if (error instanceof LocalError) throw error;
    throw new LocalError(`${SETTINGS_PATH} cannot be read (${code ?? error}).`);
  }
}
