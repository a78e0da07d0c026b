import { expandBraces, pathPattern } from '@fixture-registry/protocol';

/** Folders in which recorders write. */
const RECORDER_FOLDERS = new Set([
  'recordings',
  'cassettes',
  'vcr_cassettes',
  '__recordings__',
  'fixtures',
  'testdata',
]);

/** Endings that only recordings have. */
const UNIQUE_ENDINGS = ['.har.yaml', '.httprr', '.har'];

const ENDING = /\.(?:yaml\.gz|[a-z0-9]+)$/i;

/**
 * Path patterns that match recordings at unusual places, and as few other files as possible.
 * @param recordings the paths of recordings that no default pattern matches
 * @param others the paths of all other files
 */
export function namePatterns(recordings: readonly string[], others: readonly string[]): string[] {
  const patterns = new Set<string>();
  for (const path of recordings) {
    const unique = UNIQUE_ENDINGS.find((ending) => path.endsWith(ending));
    if (unique !== undefined) patterns.add(`**/*${unique}`);
    else patterns.add(narrowestGeneric(path, others));
  }
  return [...patterns].sort();
}

/**
 * The same patterns below a folder of the repository.
 * @param folder relative to the root, without a slash at its end; empty for the root
 */
export function patternsBelow(folder: string, patterns: readonly string[]): string[] {
  return folder === '' ? [...patterns] : patterns.map((pattern) => `${folder}/${pattern}`);
}

/** The pattern for all folders of this name, unless it matches other files: then for this folder. */
function narrowestGeneric(path: string, others: readonly string[]): string {
  const folders = path.split('/').slice(0, -1);
  const ending = ENDING.exec(path)?.[0] ?? '';
  const at = folders.findIndex((name) => RECORDER_FOLDERS.has(name));
  if (at === -1) return [...folders, `*${ending}`].join('/');
  const everywhere = `**/${folders[at]}/**/*${ending}`;
  if (!matchesAny(everywhere, others)) return everywhere;
  return [...folders.slice(0, at + 1), '**', `*${ending}`].join('/');
}

function matchesAny(pattern: string, paths: readonly string[]): boolean {
  const expressions = (expandBraces(pattern) ?? []).map(pathPattern);
  return paths.some((path) => expressions.some((expression) => expression.test(path)));
}
