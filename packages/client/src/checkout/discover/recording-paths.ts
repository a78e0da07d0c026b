import { DEFAULT_PATHS } from '@fixture-registry/protocol';
import { LocalError } from '../local-error.js';
import { readPathPatterns } from './path-patterns.js';
import { readSettings, SETTINGS_PATH } from './settings-file.js';

/** Which files of a checkout are recordings. */
export interface RecordingPaths {
  /** The patterns as written, for messages. */
  given: readonly string[];
  /** The same with `{a,b}` expanded, so that only `*` is special. */
  patterns: string[];
  /** Where they come from. */
  source: 'user' | 'settings' | 'default';
}

/**
 * The path patterns that the user gives, else those of the settings file in the directory, else the
 * default ones.
 * @throws PatternError for a pattern of the user that is refused; LocalError if the settings file
 *   cannot be read, with the lines to correct
 */
export async function recordingPaths(
  directory: string,
  given: readonly string[] | undefined,
): Promise<RecordingPaths> {
  if (given !== undefined) return { given, patterns: readPathPatterns(given, directory), source: 'user' };
  return pathsOfSettings(readSettings(directory));
}

/**
 * The path patterns of the text of a settings file, else the default ones.
 * @param text null if there is no such file
 * @throws LocalError if the text has mistakes, with the lines to correct
 */
export async function pathsOfSettings(text: string | null): Promise<RecordingPaths> {
  const ofSettings = await rulesOf(text);
  const paths = ofSettings.length > 0 ? ofSettings : DEFAULT_PATHS;
  const source = ofSettings.length > 0 ? 'settings' : 'default';
  return { given: paths, patterns: readPathPatterns(paths, null), source };
}

/** The patterns of `recordings` in the settings file; empty without them. */
async function rulesOf(text: string | null): Promise<string[]> {
  if (text === null || !text.includes('recordings')) return [];
  // Imported here, because most checkouts have no such file and the YAML parser is large.
  const { parseRecordingRules } = await import('@fixture-registry/protocol/settings');
  const read = parseRecordingRules(text);
  if ('rules' in read) return read.rules.map(({ paths }) => paths);
  throw new LocalError(
    `${SETTINGS_PATH} does not say where recordings are:\n` +
      `${read.problems.map((problem) => `  ${problem}`).join('\n')}\n` +
      'Correct the file, or name the paths with --paths (in a workflow, the input `paths`).',
    SETTINGS_PATH,
  );
}
