import type { Identity } from './identity.js';

/** A workflow run, from its signed claims. */
export interface WorkflowRun {
  /** GitHub's id of the run. Later runs have higher ids; a re-run keeps its id. */
  id: number;
  /** 1 for the first attempt, higher for re-runs. */
  attempt: number;
}

/** The run of an identity; null when it is not a workflow. */
export function workflowRunOf({ run }: Pick<Identity, 'run'>): WorkflowRun | null {
  const [, id, attempt] = /\/actions\/runs\/(\d+)\/attempts\/(\d+)$/.exec(run ?? '') ?? [];
  return id === undefined || attempt === undefined ? null : { id: Number(id), attempt: Number(attempt) };
}
