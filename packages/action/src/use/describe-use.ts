import { withCommas } from '@fixture-registry/client';

/** What decides whether the registry counts a run for unused recordings, as far as one job knows it. */
export interface RunFacts {
  /** Null when the event does not name the default branch. */
  isDefaultBranch: boolean | null;
  jobSucceeded: boolean;
  /** Whether the job pulled a selection of the recordings: `tests`, `tests-file`, `models` or `paths`. */
  isSelection: boolean;
  /** Whether it is unknown which recordings were read. */
  isBlind: boolean;
}

/**
 * Why a run does not count for unused recordings; null when nothing that this job knows prevents it. Only the
 * registry knows whether the other jobs have reported. Pure.
 */
export function whyNotCounting(facts: RunFacts): string | null {
  if (facts.isDefaultBranch === false) return 'it is not on the default branch';
  if (!facts.jobSucceeded) return 'the job failed, so it may not have run all tests';
  if (facts.isSelection) return 'the job pulled a selection of the recordings';
  if (facts.isBlind) return 'a job did not see which recordings its tests read';
  return null;
}

/**
 * What the log and the job summary say of the use, as sentences. Pure.
 * @param read how many recordings were read; null when that is unknown
 * @param recordings how many were pulled
 */
export function describeUse(read: number | null, recordings: number, facts: RunFacts): string {
  const counted =
    read === null
      ? `It is not known which of the ${withCommas(recordings)} pulled recordings the tests read: the file system ` +
        'keeps no access times. Set `used-files`.'
      : `${withCommas(read)} of ${withCommas(recordings)} pulled recordings were read by the tests.`;
  const reason = whyNotCounting(facts);
  return reason === null
    ? `${counted} The run counts for unused recordings when all its jobs report and succeed${unlessIdle(read)}.`
    : `${counted} The run does not count for unused recordings: ${reason}.`;
}

/** A job of a matrix may read nothing; a run may not. */
const unlessIdle = (read: number | null) => (read === 0 ? ', and another one reads recordings' : '');
