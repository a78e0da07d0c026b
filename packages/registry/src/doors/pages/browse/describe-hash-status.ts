import type { HashStatus } from '../../../vocabulary/recording.js';

const WORDS: Record<HashStatus, { brief: string; whole: string }> = {
  VERIFIED: { brief: 'yes', whole: 'A recorder finds it: its name fits its request.' },
  MISMATCHED: { brief: 'no', whole: 'No recorder will find it: its name does not fit its request.' },
  UNKNOWN: {
    brief: 'not known',
    whole: 'Whether a recorder finds it is not known: its name holds no request hash.',
  },
};

/** Whether a recorder would find a recording, in words. */
export function describeHashStatus(status: HashStatus): { brief: string; whole: string } {
  return WORDS[status];
}
