import { readdirSync } from 'node:fs';
import { LocalError } from '../local-error.js';
import { discover } from './discover.js';
import { readPathPatterns } from './path-patterns.js';

/** Where test recorders write, whatever the patterns in force. */
const USUAL = [
  '**/recordings/**/*.json',
  '**/{cassettes,vcr_cassettes,__recordings__,fixtures}/**/*.{yaml,yml,yaml.gz,json,har}',
  '**/*.har',
];
const MOST_FOLDERS = 5;

/** Says that no file is a recording by the patterns, and where files lie that may be meant. */
export function nothingFound(directory: string, patterns: string[]): string {
  const folders = nearestFolders(discover(directory, readPathPatterns(USUAL, null)), patterns);
  const named = patterns.map((pattern) => JSON.stringify(pattern)).join(', ');
  const brackets = patterns.some((pattern) => pattern.includes('['))
    ? ' In a pattern `[` stands for itself; only `*` and `{a,b}` are special.'
    : '';
  const nearest =
    folders.length === 0
      ? whatIsThere(directory)
      : `Nearest folders that hold recordings: ${folders.join(', ')}.`;
  return `No file in ${directory} matches ${named}.${brackets} ${nearest}`;
}

/** @throws LocalError */
export function failForNothingFound(directory: string, patterns: string[]): never {
  throw new LocalError(`${nothingFound(directory, patterns)} Nothing was pushed.`);
}

/** Folders of recordings, those first that share most of a pattern's folders. */
export function nearestFolders(paths: string[], patterns: string[]): string[] {
  const folders = [...new Set(paths.map((path) => path.slice(0, Math.max(0, path.lastIndexOf('/'))) || '.'))];
  const wanted = patterns.map(wordsOf);
  const likeness = (folder: string) => {
    const words = wordsOf(folder);
    return Math.max(0, ...wanted.map((each) => [...each].filter((word) => words.has(word)).length));
  };
  return folders
    .map((folder) => ({ folder, score: likeness(folder) }))
    .sort((one, other) => other.score - one.score || (one.folder < other.folder ? -1 : 1))
    .slice(0, MOST_FOLDERS)
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

function whatIsThere(directory: string): string {
  const names = readdirSync(directory).filter((name) => !name.startsWith('.'));
  return names.length === 0 ? 'The directory is empty.' : 'No folder in it looks like recordings.';
}
