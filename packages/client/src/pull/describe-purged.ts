import type { PurgedRecording } from './compare/purged-on-disk.js';

/** Maximum purged recordings to list; the rest are counted. */
const MAX_LISTED = 20;

/**
 * Describes the purged recordings of a pull for people: a summary, then a line for each; empty if
 * there are none.
 */
export function describePurged(purged: PurgedRecording[]): string[] {
  if (purged.length === 0) return [];
  const what =
    purged.length === 1
      ? '1 recording of this snapshot was'
      : `${purged.length} recordings of this snapshot were`;
  const lines = purged.slice(0, MAX_LISTED).map(lineOf);
  if (purged.length > MAX_LISTED) lines.push(`  and ${purged.length - MAX_LISTED} more`);
  return [`${what} purged from the registry and not pulled; record again what you need:`, ...lines];
}

function lineOf({ path, at, by, reason, onDisk }: PurgedRecording): string {
  const disk = {
    removed: '; removed from this disk',
    left: '; a copy that no pull wrote is still on this disk: delete it',
    none: '',
  };
  // The registry's text may contain line feeds.
  const why = `${by}: ${reason}`.replaceAll(/\s+/g, ' ');
  return `  ${path}: purged on ${at.slice(0, 10)} by ${why}${disk[onDisk]}`;
}
