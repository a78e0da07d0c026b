import type { DriftLevel } from '../../vocabulary/level.js';
import type { Playable } from '../../vocabulary/recording.js';
import type { DriftReason, DriftSide } from '../differences/drift.js';

const FULL_HASH_LENGTH = 64;

/** Whether a recorder still finds the recording, as far as file names and requests say. */
export function compareNames(
  before: DriftSide,
  after: DriftSide,
  samePath: boolean,
): { unplayable: boolean; reason: DriftReason | null } {
  const reason = (rule: string, level: DriftLevel, words: string) => ({ rule, level, path: '', words });
  // A purged recording has no hash status: no recorder gets it.
  const mismatched = !after.purged && before.hashStatus === 'VERIFIED' && after.hashStatus === 'MISMATCHED';
  const unplayable = mismatched && (samePath || !lacksTestId(after));
  if (unplayable) {
    const words = 'no recorder will find it: its file name does not match its request';
    return { unplayable, reason: reason('unplayable', 'BEHAVIOUR', words) };
  }
  if (mismatched) {
    const words = 'its new file name cannot be verified, because the recording has no test id';
    return { unplayable, reason: reason('unverified name', 'METADATA', words) };
  }
  if (before.hashStatus === 'MISMATCHED' && after.hashStatus === 'VERIFIED') {
    // Not behaviour: the comparison of the responses says what tests see, and this change repairs
    // the name.
    const words = 'recorders find it again: its file name matches its request';
    return { unplayable, reason: reason('playable', 'METADATA', words) };
  }
  return { unplayable, reason: null };
}

/**
 * Whether the test id is unknown although the full hash in the file name includes it. Such a name
 * may be correct and is not unplayable: all known cases verified once the test id was added to the
 * recording.
 */
function lacksTestId(side: Pick<DriftSide, 'testId' | 'hash'>): boolean {
  return side.testId === null && side.hash?.length === FULL_HASH_LENGTH;
}

/** Whether a recorder finds a recording, as far as its file name says. */
export function playableByName(side: Pick<DriftSide, 'testId' | 'hash' | 'hashStatus'>): Playable {
  if (side.hashStatus === 'VERIFIED') return 'YES';
  return side.hashStatus === 'MISMATCHED' && !lacksTestId(side) ? 'MISNAMED' : 'UNKNOWN';
}
