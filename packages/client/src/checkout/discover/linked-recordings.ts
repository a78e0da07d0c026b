import { readdirSync, realpathSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { LocalError } from '../local-error.js';

/*
 * Symbolic links are not followed: a pull would not write through one. A recording behind one must not be left
 * out without a word, though.
 */

/** Folders behind a link that are looked at; a link to the root of a disk must not be searched whole. */
const MOST_FOLDERS = 1_000;

/**
 * Judges the links that discovery met.
 * @param isRecording whether a file at this path would be a recording
 * @param found the recordings found otherwise, which need no link
 * @returns links to single files that would be recordings
 * @throws LocalError where recordings lie in a folder behind a link
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
    `${behind} would go through ${link}, which is a symbolic link, not a folder. Recordings are not pushed ` +
      'through links, because no pull writes through one. Replace the link by the folder, then push again.',
    link,
  );
}

/** The first file behind the link that would be a recording and is not found at its real place. */
function recordingBehind(
  directory: string,
  link: string,
  isRecording: (path: string) => boolean,
  found: Set<string>,
): string | null {
  const root = realpathSync(directory);
  const waiting = [link];
  for (let looked = 0; waiting.length > 0 && looked < MOST_FOLDERS; looked++) {
    const folder = waiting.shift() as string;
    for (const entry of entriesOf(join(directory, folder))) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory() && entry.name !== '.git' && entry.name !== 'node_modules') waiting.push(path);
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
