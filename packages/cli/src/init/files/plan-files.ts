import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathsOfSettings, readSettings, SETTINGS_PATH } from '@fixture-registry/client/checkout';
import type { FoundPattern } from '../layout/detect-layout.js';
import { missingIgnoreLines, withIgnoreLines } from './ignore-lines.js';
import { settingsText, withRecordings } from './settings-text.js';

/** A file that `init` writes. */
export interface PlannedFile {
  /** Relative to the root. */
  path: string;
  /** `extend` adds lines at the end, and changes no other. */
  change: 'create' | 'extend' | 'replace';
  /** The lines that are new, for the user. */
  added: string[];
  text: string;
}

const IGNORE_PATH = '.gitignore';

/** The patterns of the settings file; null if there is none, or it has no list. */
export async function patternsOfSettings(root: string): Promise<readonly string[] | null> {
  const { source, given } = await pathsOfSettings(readSettings(root));
  return source === 'settings' ? given : null;
}

/**
 * The settings file with the patterns; null if it needs no change.
 * @param isListed whether the file that exists lists them
 */
export function planSettings(
  root: string,
  patterns: readonly FoundPattern[],
  isListed: boolean,
): PlannedFile | null {
  const before = readSettings(root);
  if (isListed || (before !== null && patterns.length === 0)) return null;
  const text = before === null ? settingsText(patterns) : withRecordings(before, patterns);
  return planned(SETTINGS_PATH, before, text);
}

/** `.gitignore` with the lines that it lacks; null if it lacks none. */
export function planIgnore(root: string, patterns: readonly FoundPattern[]): PlannedFile | null {
  const before = textAt(root, IGNORE_PATH);
  const lines = missingIgnoreLines(root, before ?? '', patterns);
  if (lines.length === 0) return null;
  return planned(IGNORE_PATH, before, withIgnoreLines(before ?? '', lines));
}

/** The workflow, new or in place of the file that exists. */
export function planWorkflow(root: string, path: string, text: string): PlannedFile {
  return planned(path, textAt(root, path), text);
}

/** Writes the files, and the folders that they need. */
export function writeFiles(root: string, files: readonly PlannedFile[]): void {
  for (const { path, text } of files) {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

function planned(path: string, before: string | null, text: string): PlannedFile {
  const isExtended = before !== null && text.startsWith(before);
  const added = (isExtended ? text.slice(before.length) : text).split('\n').filter((line) => line !== '');
  return { path, change: before === null ? 'create' : isExtended ? 'extend' : 'replace', added, text };
}

function textAt(root: string, path: string): string | null {
  const file = join(root, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}
