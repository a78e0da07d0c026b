import { readFileSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { TemporaryFolder } from './temporary-folder.js';

/** Whether temporary folders are on a file system that notes reads; not if it is mounted with `noatime`. */
export function notesReads(): boolean {
  using folder = new TemporaryFolder().write({ file: 'content' });
  const file = join(folder.path, 'file');
  utimesSync(file, 0, 1);
  readFileSync(file);
  return statSync(file).atimeMs > 1000;
}
