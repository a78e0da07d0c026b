import { readdirSync } from 'node:fs';
import { expandBraces } from '@fixture-registry/protocol';
import { LocalError } from '../local-error.js';
import { discover } from './discover.js';

/** Where test recorders usually write. */
export const COMMON_PATTERNS = [
  '**/{recordings,cassettes,vcr_cassettes,__recordings__,fixtures,testdata}/**/*.{json,yaml,yml,yaml.gz}',
  '**/*.{har,har.yaml,httprr}',
].flatMap((pattern) => expandBraces(pattern) ?? []);
const MAX_FOLDERS = 5;

/** The message that no file matches the patterns, with the folders that the user may have meant. */
export function nothingFound(directory: string, patterns: readonly string[]): string {
  const folders = nearestFolders(discover(directory, COMMON_PATTERNS), patterns);
  const named = patterns.map((pattern) => JSON.stringify(pattern)).join(', ');
  const brackets = patterns.some((pattern) => pattern.includes('['))
    ? ' In a pattern `[` is literal; only `*` and `{a,b}` are special.'
    : '';
  const nearest =
    folders.length === 0 ? describeDirectory(directory) : `Folders with recordings: ${folders.join(', ')}.`;
  return `No file in ${directory} matches ${named}.${brackets} ${nearest}`;
}

/** @throws LocalError with the message of `nothingFound` */
export function failForNothingFound(directory: string, patterns: readonly string[]): never {
  throw new LocalError(`${nothingFound(directory, patterns)} Nothing was pushed.`);
}

/** The folders of these paths, at most 5, those that share the most words with a pattern first. */
export function nearestFolders(paths: string[], patterns: readonly string[]): string[] {
  const folders = [...new Set(paths.map((path) => path.slice(0, Math.max(0, path.lastIndexOf('/'))) || '.'))];
  const wanted = patterns.map(wordsOf);
  const similarity = (folder: string) => {
    const words = wordsOf(folder);
    return Math.max(0, ...wanted.map((each) => [...each].filter((word) => words.has(word)).length));
  };
  return folders
    .map((folder) => ({ folder, score: similarity(folder) }))
    .sort((one, other) => other.score - one.score || (one.folder < other.folder ? -1 : 1))
    .slice(0, MAX_FOLDERS)
    .map(({ folder }) => folder);
}

function wordsOf(path: string): Set<string> {
  return new Set(
    path
      .toLowerCase()
      .split(/[/*{},]+/)
      .filter((word) => word !== '' && !word.startsWith('.')),
  );
}

function describeDirectory(directory: string): string {
  const names = readdirSync(directory).filter((name) => !name.startsWith('.'));
  return names.length === 0 ? 'The directory is empty.' : 'No folder in it contains recordings.';
}
