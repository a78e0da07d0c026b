import type { HashStatus } from '../../../vocabulary/recording.js';

const WORDS: Record<HashStatus, { brief: string; whole: string }> = {
  VERIFIED: { brief: 'yes', whole: 'yes: the file name matches the request' },
  MISMATCHED: { brief: 'no', whole: 'no: the file name does not match the request' },
  UNKNOWN: {
    brief: 'unknown',
    whole: 'unknown: the file name contains no request hash',
  },
};

/** Describes whether a recorder finds the recording. */
export function describeHashStatus(status: HashStatus): { brief: string; whole: string } {
  return WORDS[status];
}
