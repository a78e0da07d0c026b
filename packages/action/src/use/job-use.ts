import { type FoundUse, LocalError, readUse, type UseReport } from '@fixture-registry/client';
import type { Target } from '../event/event-target.js';
import type { Step } from '../event/step.js';
import * as log from '../runner/log.js';
import { describeUse } from './describe-use.js';

/** Which of the pulled recordings the tests of this job read. */
export interface JobUse {
  /** What the push sends. */
  report: UseReport;
  /** How many pulled recordings were not read; null when that is unknown. */
  unused: number | null;
  /** The sentences for the log and the summary. */
  text: string;
}

/**
 * Finds what the tests read of the recordings that this job pulled.
 * @param pulledSnapshot the snapshot that the job pulled; null when it did not, or its pull failed
 * @returns null when nothing is known about this job's pull; never a failure, because the push must not depend
 *   on it
 */
export function readJobUse(step: Step, target: Target, pulledSnapshot: string | null): JobUse | null {
  if (pulledSnapshot === null) return null;
  const found = findUse(step.inputs.directory, step.inputs.usedFiles);
  // A later pull into the same folder, by another step, hides what this one pulled.
  if (found === null || found.use.snapshot !== pulledSnapshot || found.use.recordings === 0) return null;
  const { use, readCount, unknownLines } = found;
  const { about, inputs, run } = step;
  if (unknownLines.count > 0) {
    const { count, first } = unknownLines;
    log.info(`Lines of \`used-files\` that name no pulled recording: ${count}, such as ${first}.`);
  }
  const { id, attempt, workflow, job } = run;
  const report: UseReport = {
    ...use,
    job:
      id === 0
        ? null
        : { run: String(id), attempt, workflow, job, ...inputs.matrix, succeeded: inputs.jobSucceeded },
  };
  const isDefault = 'branch' in target && target.branch === about.defaultBranch;
  const text = describeUse(readCount, use.recordings, {
    isDefaultBranch: 'branch' in target && about.defaultBranch === null ? null : isDefault,
    jobSucceeded: inputs.jobSucceeded,
    isSelection: use.selection !== null,
    isBlind: readCount === null,
  });
  return { report, unused: readCount === null ? null : use.recordings - readCount, text };
}

/** A list that cannot be read makes the job blind: without the list, what was read is unknown. */
function findUse(directory: string, usedFiles: string | null): FoundUse | null {
  try {
    const found = readUse(directory, usedFiles === null ? {} : { usedFiles });
    if (!('unknown' in found)) return found;
    log.debug(found.unknown);
    return null;
  } catch (error) {
    if (!(error instanceof LocalError)) throw error;
    log.warning(error.message, { title: 'Use of recordings unknown' });
  }
  const blind = usedFiles === null ? null : findUse(directory, null);
  return blind && { ...blind, use: { ...blind.use, read: null }, readCount: null };
}
