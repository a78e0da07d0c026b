import { describeBranchName } from '@fixture-registry/protocol';
import { INPUT } from '../names.js';
import { inlineCode } from '../runner/escape-markdown.js';
import type { Inputs } from '../runner/read-inputs.js';
import { defaultBranchOf, type EventTarget } from './event-target.js';
import type { WorkflowRun } from './workflow-run.js';

/** The events whose runs on the default branch may write to open pull requests. */
const DEFAULT_BRANCH_EVENTS = ['workflow_dispatch', 'schedule'];

/** What the inputs `pull-request` and `branch` name instead of the event. */
export type NamedTarget =
  /** Neither is set, or it names what the event names. */
  | { kind: 'event' }
  /** `refused`: why this run may only pull it; null when it may push. */
  | { kind: 'pull-request'; number: number; refused: string | null }
  | { kind: 'branch'; branch: string; refused: string };

/**
 * Decides what the inputs name, and whether the run may write to it. The registry applies the same rule to
 * the signed claims of the run; here it is applied before the tests record anything. Pure.
 * @returns the target, or `problem`: why the job fails
 */
export function namedTarget(
  run: WorkflowRun,
  inputs: Pick<Inputs, 'pullRequest' | 'branch' | 'mode'>,
  own: EventTarget,
): NamedTarget | { problem: string } {
  const { pullRequest, branch, mode } = inputs;
  if (pullRequest !== null) {
    if (own.target !== null && 'pullRequest' in own.target && own.target.pullRequest === pullRequest)
      return { kind: 'event' };
    const refused = whyNotPullRequest(run, pullRequest);
    // The tests would record for nothing.
    if (refused !== null && mode !== 'pull')
      return { problem: `${refused} To test only, set \`mode: pull\`.` };
    return { kind: 'pull-request', number: pullRequest, refused };
  }
  if (branch === null || (own.target !== null && 'branch' in own.target && own.target.branch === branch))
    return { kind: 'event' };
  const shown = inlineCode(describeBranchName(branch));
  const refused =
    `Input \`${INPUT.branch}\` is ${shown}: it names the branch to test, and this run is ` +
    `${describeRun(run)}. Only a run on ${shown} may push to it.`;
  return mode === 'push' ? { problem: refused } : { kind: 'branch', branch, refused };
}

function whyNotPullRequest(run: WorkflowRun, pullRequest: number): string | null {
  const what = `Input \`${INPUT.pullRequest}\` is \`${pullRequest}\`, and this run is ${describeRun(run)}.`;
  const rule =
    'Only a `workflow_dispatch` or `schedule` run of the default branch may push to a pull request other ' +
    'than its own.';
  if (!DEFAULT_BRANCH_EVENTS.includes(run.eventName)) return `${what} ${rule}`;
  const defaultBranch = defaultBranchOf(run);
  // The registry knows the default branch, too.
  if (defaultBranch === null || run.ref === `refs/heads/${defaultBranch}`) return null;
  const shown = inlineCode(describeBranchName(defaultBranch));
  return `${what} ${rule} Start the workflow on ${shown}.`;
}

/** "a `workflow_dispatch` run on `topic`". */
function describeRun({ eventName, ref }: WorkflowRun): string {
  return `a \`${eventName}\` run on ${inlineCode(describeBranchName(ref.replace(/^refs\/heads\//, '')))}`;
}
