import { readdirSync, realpathSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { LocalError } from '../local-error.js';

/*
 * A push does not follow symbolic links, because no pull writes through one. The functions here
 * find recordings that are reachable only through a link, so that a push reports them instead of
 * silently leaving them out.
 */

/** Maximum folders to search behind a link, which may lead to the root of a disk. */
const MAX_FOLDERS = 1_000;

/**
 * Checks the symbolic links that `discover` left out.
 * @param isRecording whether a file at this path would be a recording
 * @param found the recordings that were found without following links
 * @returns links to single files that would be recordings
 * @throws LocalError if a linked folder contains a recording that is not in `found`
 */
export function linkedRecordings(
  directory: string,
  links: string[],
  isRecording: (path: string) => boolean,
  found: Set<string>,
): string[] {
  const files: string[] = [];
  for (const link of links) {
    const stats = statSync(join(directory, link), { throwIfNoEntry: false });
    if (stats?.isDirectory() === true) {
      const behind = recordingBehind(directory, link, isRecording, found);
      if (behind !== null) throw refusal(link, behind);
    } else if (stats?.isFile() === true && isRecording(link)) {
      files.push(link);
    }
  }
  return files;
}

function refusal(link: string, behind: string): LocalError {
  return new LocalError(
    `${behind} would go through ${link}, which is a symbolic link, not a folder. A push does not ` +
      'follow links, because no pull writes through one. Replace the link with the folder, then push again.',
    link,
  );
}

/**
 * The first recording in a linked folder that is not found under its real path; null if there is
 * none.
 */
function recordingBehind(
  directory: string,
  link: string,
  isRecording: (path: string) => boolean,
  found: Set<string>,
): string | null {
  const root = realpathSync(directory);
  const queue = [link];
  for (let searched = 0; queue.length > 0 && searched < MAX_FOLDERS; searched++) {
    const folder = queue.shift() as string;
    for (const entry of entriesOf(join(directory, folder))) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory() && entry.name !== '.git' && entry.name !== 'node_modules') queue.push(path);
      if (!entry.isFile() || !isRecording(path)) continue;
      const real = relative(root, realpathSync(join(directory, path)))
        .split(sep)
        .join('/');
      if (!found.has(real)) return path;
    }
  }
  return null;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
