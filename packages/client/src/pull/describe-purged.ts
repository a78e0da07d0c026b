import type { PurgedRecording } from './compare/purged-on-disk.js';

/** So many purged recordings are told one by one. */
const TOLD = 20;

/** What a pull says of recordings that were purged: a line for each, of which the first says what that means. */
export function describePurged(purged: PurgedRecording[]): string[] {
  if (purged.length === 0) return [];
  const what =
    purged.length === 1
      ? '1 recording of this snapshot was'
      : `${purged.length} recordings of this snapshot were`;
  const lines = purged.slice(0, TOLD).map(lineOf);
  if (purged.length > TOLD) lines.push(`  and ${purged.length - TOLD} more`);
  return [
    `${what} purged from the registry, so the pull went on without; record anew what is needed:`,
    ...lines,
  ];
}

function lineOf({ path, at, by, reason, onDisk }: PurgedRecording): string {
  const disk = {
    removed: '; removed here, too',
    left: '; a copy that no pull wrote is still on this disk: delete it',
    none: '',
  };
  // One line, whatever a registry says.
  const why = `${by}: ${reason}`.replaceAll(/\s+/g, ' ');
  return `  ${path}: purged on ${at.slice(0, 10)} by ${why}${disk[onDisk]}`;
}
