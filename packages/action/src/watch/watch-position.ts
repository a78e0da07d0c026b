import { describeBranchName } from '@fixture-registry/protocol';
import { defaultBranchOf } from '../event/event-target.js';
import type { WorkflowRun } from '../event/workflow-run.js';
import { INPUT } from '../names.js';
import { inlineCode } from '../runner/escape-markdown.js';
import type { Inputs } from '../runner/read-inputs.js';

/** The events whose runs record on a schedule. */
const WATCH_EVENTS = ['schedule', 'workflow_dispatch'];

/**
 * Why a run with `mode: watch` stores nothing; null when it may. The registry applies the same rule to the
 * signed claims of the run. Pure.
 */
export function whyNotWatched(run: Pick<WorkflowRun, 'eventName' | 'ref' | 'payload'>): string | null {
  const rule = '`mode: watch` records only in `schedule` and `workflow_dispatch` runs of the default branch';
  const branch = describeBranchName(run.ref.replace(/^refs\/heads\//, ''));
  if (!WATCH_EVENTS.includes(run.eventName))
    return `${rule}, and this is a \`${run.eventName}\` run on ${inlineCode(branch)}.`;
  const defaultBranch = defaultBranchOf(run);
  // The registry knows the default branch, too.
  if (defaultBranch === null || run.ref === `refs/heads/${defaultBranch}`) return null;
  const shown = inlineCode(describeBranchName(defaultBranch));
  return `${rule} ${shown}, and this run is on ${inlineCode(branch)}.`;
}

/**
 * Which repeat this job is: each position of its matrix is one. Pure.
 * @returns the repeat, from 1 to `repeats`, or `problem`: why the matrix does not fit `watch-repeats`
 */
export function watchRepeat({
  watchRepeats: repeats,
  matrix: { index, total },
}: Pick<Inputs, 'watchRepeats' | 'matrix'>): { repeat: number; repeats: number } | { problem: string } {
  if (total === repeats) return { repeat: index + 1, repeats };
  const jobs = total === 1 ? 'the job has no matrix' : `the matrix has ${total} jobs`;
  const list = Array.from({ length: repeats }, (_, position) => position + 1).join(', ');
  const advice =
    repeats === 1
      ? `Set \`${INPUT.watchRepeats}: ${total}\` if each job records all tests, or record them in one job.`
      : `Give the job \`strategy: { matrix: { repeat: [${list}] } }\`, with no other dimension.`;
  return { problem: `Input \`${INPUT.watchRepeats}\` is ${repeats}, but ${jobs}. ${advice}` };
}
