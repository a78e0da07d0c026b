import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ensureStateFolder, STATE_FOLDER } from '../state/state-folder.js';

/*
 * A killed pull leaves temporary files beside recordings. Before it writes, it creates a marker
 * with its process id in the state folder. The next pull searches for temporary files only if it
 * finds the marker of a process that has ended.
 */

// Short, because the name of a recording may already have the maximum length.
const RUN = randomBytes(4).toString('hex');
const MARKER = /^writing-(\d+)-([0-9a-f]{8})$/;
let files = 0;

/** A unique name for a file or folder that is being written. */
export function temporaryName(): string {
  return `.fixtures-${RUN}-${files++}.tmp`;
}

/** Marks that this process writes recordings. Returns a function that removes the marker. */
export function markWriting(directory: string): () => void {
  ensureStateFolder(directory);
  const marker = join(directory, STATE_FOLDER, `writing-${process.pid}-${RUN}`);
  writeFileSync(marker, '');
  return () => rmSync(marker, { force: true });
}

/**
 * Removes the temporary files and markers of killed pulls.
 * @param paths of recordings, whose folders are searched; already checked to contain no symbolic
 *   link
 */
export function removeUnfinished(directory: string, paths: Iterable<string>): void {
  const runs = new Set<string>();
  const markers: string[] = [];
  for (const name of namesIn(join(directory, STATE_FOLDER))) {
    const [, pid, run] = MARKER.exec(name) ?? [];
    if (pid === undefined || run === undefined || isAlive(Number(pid))) continue;
    runs.add(run);
    markers.push(join(directory, STATE_FOLDER, name));
  }
  if (runs.size === 0) return;
  for (const folder of foldersOf(paths)) {
    for (const name of namesIn(join(directory, folder))) {
      const [, run = ''] = /^\.fixtures-([0-9a-f]{8})-\d+\.tmp$/.exec(name) ?? [];
      if (runs.has(run)) rmSync(join(directory, folder, name), { recursive: true, force: true });
    }
  }
  for (const marker of markers) unlinkSync(marker);
}

/**
 * The folders of paths and their parents, including the directory itself (`.`): staged folders may
 * be in any.
 */
function foldersOf(paths: Iterable<string>): Set<string> {
  const folders = new Set(['.']);
  for (const path of paths) {
    for (let folder = dirname(path); !folders.has(folder); folder = dirname(folder)) folders.add(folder);
  }
  return folders;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
