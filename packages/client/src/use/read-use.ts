import { readFileSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { LocalError } from '../checkout/local-error.js';
import { reportedReads } from '../checkout/reads/reported-reads.js';
import { repositoryRoot } from '../checkout/repository/repository-files.js';
import { lastPullFailed } from '../checkout/state/failed-pull.js';
import { readState } from '../checkout/state/state-file.js';
import type { PulledPlan } from '../checkout/state/sync-state.js';
import { filesRead } from './files-read.js';
import { bitmapOf, inCodePointOrder } from './read-bitmap.js';
import type { UseReport } from './use-report.js';
import { listedUse, type UnknownLines } from './used-list.js';

export interface ReadUseOptions {
  /**
   * What the tests read, instead of access times: the lines of the list, or the path of its file.
   * Relative to the current directory. See `listedUse`.
   */
  usedFiles?: string | readonly string[];
}

/** Which of the pulled recordings were read. */
export interface FoundUse {
  use: UseReport;
  /** How many were read; null if that is unknown, because the file system does not note reads. */
  readCount: number | null;
  /** The lines of the list that name no pulled recording. */
  unknownLines: UnknownLines;
}

/**
 * Finds which of the recordings of the last pull were read since: by their access times, or by a
 * list that the tests wrote. Reads by this client do not count. Changes nothing.
 * @returns the report to push or to send with `reportUse`, or why nothing is known of a pull
 * @throws LocalError if the list cannot be read, or if `.fixtures` is not a folder
 */
export function readUse(
  directory: string,
  { usedFiles }: ReadUseOptions = {},
): FoundUse | { unknown: string } {
  const lines = typeof usedFiles === 'string' ? linesOf(usedFiles) : usedFiles;
  let ignored: string | null = null;
  const state = readState(directory, null, (line) => {
    ignored = line;
  });
  if (ignored !== null) return { unknown: ignored };
  if (state === null || !state.pulled) return { unknown: `Nothing was pulled to ${directory} yet.` };
  if (lastPullFailed(directory)) return { unknown: `The last pull to ${directory} failed.` };
  const { plan } = state;
  if (plan === null) return { unknown: `An earlier release pulled to ${directory}. Pull again.` };
  const none: UnknownLines = { count: 0, first: null };
  if (lines !== undefined) {
    const { read, unknown } = listedUse(lines, plan, foldersOf(directory));
    return found(plan, read, unknown);
  }
  if (!plan.notesReads) return found(plan, null, none);
  return found(plan, new Set([...filesRead(directory, plan), ...reportedReads(directory)]), none);
}

function found(plan: PulledPlan, read: Set<string> | null, unknownLines: UnknownLines): FoundUse {
  const { snapshot, selection, files, purged } = plan;
  const ordered = inCodePointOrder([...files.keys(), ...purged]);
  const use: UseReport = {
    ...{ snapshot, selection, recordings: ordered.length },
    read: read && bitmapOf(ordered, read),
  };
  const readCount = read && ordered.filter((path) => read.has(path)).length;
  return { use, readCount, unknownLines };
}

/** @throws LocalError */
function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8')
      .replace(/^\uFEFF/, '')
      .split(/\r?\n/);
  } catch (error) {
    throw new LocalError(`The list of used files cannot be read: ${(error as Error).message}.`, file);
  }
}

function foldersOf(directory: string) {
  const directories = [...new Set([resolve(directory), realpathSync(directory)])];
  return { directories, repositoryRoot: repositoryRoot(directory) };
}
