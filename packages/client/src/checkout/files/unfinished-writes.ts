import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ensureStateFolder, STATE_FOLDER } from '../state/sync-state.js';

/*
 * A pull that is killed leaves the files it was just writing beside recordings, under names that only it knows. It notes before
 * that it writes; the next pull sees from a note whose process is gone that there is something to sweep up, and else looks
 * nowhere.
 */

// Short, because a recording's own name may already be as long as names can be.
const RUN = randomBytes(4).toString('hex');
const NOTE = /^writing-(\d+)-([0-9a-f]{8})$/;
let files = 0;

/** A name for a file or folder that is being written, unlike any other. */
export function temporaryName(): string {
  return `.fixtures-${RUN}-${files++}.tmp`;
}

/** Notes that this process writes recordings; the function given back takes the note away. */
export function noteWrites(directory: string): () => void {
  ensureStateFolder(directory);
  const note = join(directory, STATE_FOLDER, `writing-${process.pid}-${RUN}`);
  writeFileSync(note, '');
  return () => rmSync(note, { force: true });
}

/**
 * Removes what killed pulls left behind.
 * @param paths of recordings, beside which it may lie; already checked to lead through folders alone
 */
export function sweepUnfinished(directory: string, paths: Iterable<string>): void {
  const runs = new Set<string>();
  const notes: string[] = [];
  for (const name of namesIn(join(directory, STATE_FOLDER))) {
    const [, pid, run] = NOTE.exec(name) ?? [];
    if (pid === undefined || run === undefined || isAlive(Number(pid))) continue;
    runs.add(run);
    notes.push(join(directory, STATE_FOLDER, name));
  }
  if (runs.size === 0) return;
  for (const folder of foldersOf(paths)) {
    for (const name of namesIn(join(directory, folder))) {
      const [, run = ''] = /^\.fixtures-([0-9a-f]{8})-\d+\.tmp$/.exec(name) ?? [];
      if (runs.has(run)) rmSync(join(directory, folder, name), { recursive: true, force: true });
    }
  }
  for (const note of notes) unlinkSync(note);
}

/** The folders on the way to paths, the directory's own (`.`) among them: a new folder is staged beside its place, wherever that is. */
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
