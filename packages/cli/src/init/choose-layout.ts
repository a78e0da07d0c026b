import { SETTINGS_PATH } from '@fixture-registry/client/checkout';
import { UsageError } from '../options/usage-error.js';
import { patternsOfSettings } from './files/plan-files.js';
import { detectLayout, type Layout, layoutOf } from './layout/detect-layout.js';
import type { Prompts } from './prompts.js';
import type { GitRepository } from './repository/find-repository.js';

/** Where the recordings are, and whether the settings file says so already. */
export interface ChosenLayout {
  layout: Layout;
  isListed: boolean;
}

/**
 * The recordings at `--paths`, else at the paths of the settings file, else where they are found.
 * @throws UsageError if `--paths` contradict the settings file; PatternError
 */
export async function chooseLayout(
  { root, folder }: GitRepository,
  paths: string[] | undefined,
  prompts: Prompts | null,
): Promise<ChosenLayout> {
  const listed = await patternsOfSettings(root);
  if (paths !== undefined) {
    if (listed !== null && listed.join('\n') !== paths.join('\n')) {
      throw new UsageError(
        `${SETTINGS_PATH} already lists the paths of the recordings: change them there, and leave out --paths`,
      );
    }
    return { layout: layoutOf(root, paths), isListed: listed !== null };
  }
  if (listed !== null) return { layout: layoutOf(root, listed), isListed: true };
  const layout = detectLayout(root, folder);
  if (prompts === null) return { layout, isListed: false };
  const chosen = await prompts.patterns(layout.patterns);
  return { layout: layoutOf(root, chosen), isListed: false };
}
