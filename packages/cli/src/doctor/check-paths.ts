import { accessSync, constants, realpathSync } from 'node:fs';
import {
  discover,
  ignoredPaths,
  indexedFiles,
  pathsOfSettings,
  readPathPatterns,
  readSettings,
  recordingPlaces,
  repositoryRoot,
  SETTINGS_PATH,
} from '@fixture-registry/client/checkout';
import { LocalError } from '@fixture-registry/client/core';
import { counted } from '../output/describe.js';
import { type Finding, fail, ok, warn } from './finding.js';

/** Checks the directory, the settings file, its paths, and what git does with the recordings. */
export async function checkPaths(directory: string): Promise<Finding[]> {
  const findings = [checkDirectory(directory)];
  try {
    const { given, source } = await pathsOfSettings(readSettings(directory));
    findings.push(
      source === 'settings'
        ? ok('settings', `${SETTINGS_PATH} lists ${counted(given.length, 'path pattern')}`)
        : ok('settings', `${SETTINGS_PATH} lists no paths: the default ones apply`),
    );
    findings.push(...checkFiles(directory, given, source === 'settings'));
  } catch (error) {
    if (!(error instanceof LocalError)) throw error;
    findings.push(fail('settings', error.message.split('\n').join(' '), 'correct the lines that it names'));
  }
  return findings;
}

function checkDirectory(directory: string): Finding {
  try {
    accessSync(directory, constants.R_OK | constants.W_OK);
  } catch {
    return fail(
      'directory',
      `${directory} cannot be written`,
      'a pull writes recordings there: change its permissions',
    );
  }
  const root = repositoryRoot(directory);
  if (root === null) {
    return warn(
      'directory',
      `${directory} is not in a git repository`,
      'name branch and repository with options',
    );
  }
  if (realpathSync(root) !== realpathSync(directory)) {
    return warn(
      'directory',
      `${directory} is a folder in the repository ${root}`,
      `use --directory ${root}: paths are relative to the root`,
    );
  }
  return ok('directory', `${root} is the root of a git repository`);
}

function checkFiles(directory: string, given: readonly string[], isListed: boolean): Finding[] {
  const findings: Finding[] = [];
  const found = new Set<string>();
  for (const pattern of given) {
    const files = discover(directory, readPathPatterns([pattern], null));
    for (const path of files) found.add(path);
    if (isListed && files.length === 0) {
      findings.push(
        warn('paths', `no file matches ${pattern}`, `pull, or correct the pattern in ${SETTINGS_PATH}`),
      );
    }
  }
  if (found.size > 0) findings.push(ok('paths', `${counted(found.size, 'recording')} on disk`));
  else if (!isListed) {
    const fix = `pull, record, or list other paths in ${SETTINGS_PATH} (\`npx @fixture-registry/cli init\` finds them)`;
    findings.push(warn('paths', 'no file matches the default paths', fix));
  }
  return repositoryRoot(directory) === null
    ? findings
    : [...findings, ...checkGit(directory, given, [...found])];
}

function checkGit(directory: string, given: readonly string[], found: string[]): Finding[] {
  const refusal = recordingPlaces(readPathPatterns(given, null));
  const tracked = indexedFiles(directory).filter((path) => refusal(path) === null);
  const ignored = ignoredPaths(directory, found);
  const visible = found.filter((path) => !ignored.has(path));
  const init = '`npx @fixture-registry/cli init`';
  const findings: Finding[] = [];
  if (tracked.length > 0) {
    const text = `git tracks ${counted(tracked.length, 'recording')}, such as ${tracked[0]}`;
    findings.push(warn('git', text, `remove them with \`git rm --cached\`: ${init} prints the command`));
  }
  if (visible.length > 0) {
    const text = `.gitignore does not cover ${counted(visible.length, 'recording')}, such as ${visible[0]}`;
    findings.push(warn('git', text, `add the paths to .gitignore: ${init} does it`));
  }
  if (findings.length === 0 && found.length > 0) findings.push(ok('git', 'git ignores the recordings'));
  return findings;
}
