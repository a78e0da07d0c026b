import { LocalError } from '../local-error.js';
import { DEFAULT_PATHS, recordingPlaces } from './recording-places.js';
import { STATE_FOLDER } from './sync-state.js';

/**
 * Finds the files that any of the patterns matches: paths relative to the directory, with `/`, sorted. Symbolic links are
 * neither followed nor found, for their content lies elsewhere; nor is what tools load or run (see `recordingPlaces`), for no pull
 * would take it.
 * @param patterns see `pathPattern`: only `*` is special
 */
export async function discover(directory: string, patterns: string[] = DEFAULT_PATHS): Promise<string[]> {
  const refusal = recordingPlaces(patterns.map(usable));
  // Loaded where it is needed: a pull does without.
  const { glob } = await import('tinyglobby');
  const found = await glob(patterns.map(globOf), {
    cwd: directory,
    dot: true,
    expandDirectories: false,
    followSymbolicLinks: false,
    onlyFiles: true,
    // The last is what a killed pull left behind.
    ignore: ['**/.git', '**/node_modules', `**/${STATE_FOLDER}`, '**/.fixtures-*.tmp'],
  });
  return found.filter((path) => refusal(path) === null).sort();
}

function usable(pattern: string): string {
  if (pattern === '' || pattern.startsWith('/') || pattern.split('/').includes('..')) {
    throw new LocalError(
      `The path pattern "${pattern}" must be relative to the directory and stay in it, e.g. tests/**/*.json`,
    );
  }
  return pattern;
}

/**
 * The pattern for the walk, which only bounds where to look: our own pattern decides. `**` within a name is wider with us
 * than in globs, so from there on everything is walked.
 */
function globOf(pattern: string): string {
  const segments: string[] = [];
  for (const segment of pattern.split('/')) {
    if (segment.includes('**') && segment !== '**') return [...segments, '**'].join('/');
    segments.push(segment.replace(/[\\?[\]{}()!+@|$^]/g, '\\$&'));
  }
  return segments.join('/');
}
