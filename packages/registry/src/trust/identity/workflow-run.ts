import type { Identity } from './identity.js';

/** A run of a workflow, as its signed claims prove it. */
export interface WorkflowRun {
  /** GitHub's number of the run. A run that starts later has a higher one; a re-run keeps it. */
  id: number;
  /** 1 for the first attempt; a re-run counts on. */
  attempt: number;
}

/** Returns the run of an identity; null where it is no workflow. */
export function workflowRunOf({ run }: Pick<Identity, 'run'>): WorkflowRun | null {
  const [, id, attempt] = /\/actions\/runs\/(\d+)\/attempts\/(\d+)$/.exec(run ?? '') ?? [];
  return id === undefined || attempt === undefined ? null : { id: Number(id), attempt: Number(attempt) };
}
