import { describeUnplayable, isUnplayable, type Unplayable } from '../../recordings/playable/unplayable.js';
import type { DriftLevel } from '../../vocabulary/level.js';
import type { DriftReason, DriftSide } from '../differences/drift.js';

const FULL_HASH_LENGTH = 64;

/** Whether a recorder still finds the recording, as far as names, folders and requests say. */
export function compareNames(
  before: DriftSide,
  after: DriftSide,
  samePath: boolean,
): { unplayable: boolean; reason: DriftReason | null } {
  const reason = (rule: string, level: DriftLevel, words: string) => ({ rule, level, path: '', words });
  if (before.playable !== 'YES') {
    // Not behaviour: the comparison of the responses says what tests see, and this change repairs
    // the name or the folder.
    const repair = describeRepair(before, after);
    return { unplayable: false, reason: repair === null ? null : reason('playable', 'METADATA', repair) };
  }
  // A purged recording has no hash status: no recorder gets it.
  const lost = after.purged ? null : lostAs(after, samePath);
  if (lost === 'unverified') {
    const words = 'its new file name cannot be verified, because the recording has no test id';
    return { unplayable: false, reason: reason('unverified name', 'METADATA', words) };
  }
  if (lost === null) return { unplayable: false, reason: null };
  if (after.answeredBy != null)
    return { unplayable: false, reason: reason('answered', 'METADATA', ANSWERED) };
  return { unplayable: true, reason: reason('unplayable', 'BEHAVIOUR', describeUnplayable(lost)) };
}

/** Of a recording that no recorder finds, where tests play another one instead. */
export const ANSWERED = 'another recording answers this request';

/** Why a recorder finds a recording again; null when it is not known that it did not before. */
function describeRepair(before: DriftSide, after: DriftSide): string | null {
  if (after.playable !== 'YES') return null;
  if (before.playable === 'OUTDATED')
    return 'the recorder finds it again: its newest version computes the file name';
  if (before.playable === 'MISPLACED')
    return 'the recorder finds it again: it searches this folder for the test';
  return before.hashStatus === 'MISMATCHED' || before.playable === 'MISNAMED'
    ? 'recorders find it again: its file name matches its request'
    : null;
}

function lostAs(after: DriftSide, samePath: boolean): Unplayable | 'unverified' | null {
  if (isUnplayable(after.playable)) return after.playable;
  // At the same path the request was edited, and the name was right for the one before.
  if (after.hashStatus === 'MISMATCHED' && lacksTestId(after)) return samePath ? 'MISNAMED' : 'unverified';
  return null;
}

/**
 * Whether the test id is unknown although the full hash in the file name includes it. Such a name
 * may be correct and is not unplayable: all known cases verified once the test id was added to the
 * recording.
 */
function lacksTestId(side: Pick<DriftSide, 'testId' | 'hash'>): boolean {
  return side.testId === null && side.hash?.length === FULL_HASH_LENGTH;
}
