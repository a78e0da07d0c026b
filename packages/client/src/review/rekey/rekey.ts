import { discover } from '../../checkout/discover/discover.js';
import { nothingFound } from '../../checkout/discover/nothing-found.js';
import { recordingPaths } from '../../checkout/discover/recording-paths.js';
import { readRecording } from '../../checkout/files/local-file.js';
import { requireDirectory } from '../../checkout/files/require-directory.js';
import { LocalError } from '../../checkout/local-error.js';
import type { Connection } from '../../connection/registry/connection.js';
import { type LocalText, type RecorderName, type RenamedTest, recorderNames } from './recorder-names.js';

import { haveSameBytes, renameFile, requireNeighbour } from './rename-file.js';

export type { RenamedTest };

export interface RekeyOptions {
  directory: string;
  /** Path patterns of recordings; by default those of the settings file, or `DEFAULT_PATHS`. */
  paths?: string[];
  /** Tests that were renamed since the recordings were made. */
  renamedTests?: RenamedTest[];
  /** Only reports what would be renamed. */
  dryRun?: boolean;
}

export interface RekeySummary {
  dryRun: boolean;
  /** The files that were renamed, or would be; sorted by path. */
  renamed: { from: string; to: string; reason: string }[];
  /** Files whose new name another file has. `same`: that file has the same bytes, so this one can be deleted. */
  blocked: { from: string; to: string; same: boolean }[];
  /** Files that no recorder finds, and that a new name cannot mend. */
  unsound: { path: string; reason: string; fitsTestId: string | null }[];
  /** How many have the right name already. */
  current: number;
  /** How many have a format without such names, or are too large. */
  unknown: number;
}

/** Limits of one query; the registry allows 100 files of 16 Mi characters. */
const BATCH_FILES = 100;
const BATCH_CHARACTERS = 4 * 1024 * 1024;
/** A larger file is not parsed by the registry either. */
const LARGEST_FILE = 4 * 1024 * 1024;

/**
 * Renames recordings whose request is sound to the name for which the newest recorder looks. Changes nothing
 * else: neither the content of a file nor the registry.
 * @throws LocalError, also if the paths match nothing; RegistryError
 */
export async function rekey(connection: Connection, options: RekeyOptions): Promise<RekeySummary> {
  const { directory, renamedTests = [], dryRun = false } = options;
  requireDirectory(directory);
  const { given, patterns } = await recordingPaths(directory, options.paths);
  const paths = discover(directory, patterns);
  if (paths.length === 0) throw new LocalError(nothingFound(directory, given));
  const summary: RekeySummary = { dryRun, renamed: [], blocked: [], unsound: [], current: 0, unknown: 0 };
  const unreadable = (path: string) => {
    summary.unknown++;
    connection.log?.(`${path}: larger than 4 MiB, so its request is not read`);
  };
  // Only recorders that write JSON compute names; cassettes are not sent.
  const named = paths.filter((path) => path.endsWith('.json'));
  summary.unknown += paths.length - named.length;
  for (const batch of readInBatches(directory, named, unreadable)) {
    for (const name of await recorderNames(connection, batch, renamedTests)) apply(directory, name, summary);
  }
  return summary;
}

function apply(directory: string, name: RecorderName, summary: RekeySummary): void {
  const { path, status, to, reason, fitsTestId } = name;
  if (status === 'CURRENT') summary.current++;
  else if (status === 'UNSOUND') summary.unsound.push({ path, reason, fitsTestId });
  else if (status !== 'RENAME' || to === null) summary.unknown++;
  else {
    requireNeighbour(path, to);
    const other = summary.dryRun ? fileThatHas(directory, to, summary) : renameFile(directory, path, to);
    if (other === null) summary.renamed.push({ from: path, to, reason });
    else summary.blocked.push({ from: path, to, same: haveSameBytes(directory, path, other) });
  }
}

/** In a dry run: the file that has a name now, or the one that would get it; null if the name is free. */
function fileThatHas(directory: string, to: string, { renamed }: RekeySummary): string | null {
  if (discover(directory, [to]).length > 0) return to;
  return renamed.find((each) => each.to === to)?.from ?? null;
}

function* readInBatches(
  directory: string,
  paths: string[],
  onUnreadable: (path: string) => void,
): Generator<LocalText[]> {
  let [batch, characters]: [LocalText[], number] = [[], 0];
  for (const path of paths) {
    const { bytes } = readRecording(directory, path);
    if (bytes.length > LARGEST_FILE) {
      onUnreadable(path);
      continue;
    }
    const content = bytes.toString('utf8');
    if (
      batch.length === BATCH_FILES ||
      (batch.length > 0 && characters + content.length > BATCH_CHARACTERS)
    ) {
      yield batch;
      [batch, characters] = [[], 0];
    }
    batch.push({ path, content });
    characters += content.length;
  }
  if (batch.length > 0) yield batch;
}
