import type { UseJob } from '@fixture-registry/client/use';
import { type Environment, given } from './given.js';

/**
 * The job of GitHub Actions that runs the command; null outside of one. The environment does not
 * say which position of a matrix it has, nor whether the job will succeed: the command was reached,
 * so it succeeded until now.
 */
export function workflowJob(environment: Environment): UseJob | null {
  const run = given(environment['GITHUB_RUN_ID']);
  const job = given(environment['GITHUB_JOB']);
  if (run === null || job === null) return null;
  return {
    run,
    attempt: Number(given(environment['GITHUB_RUN_ATTEMPT']) ?? 1),
    workflow: given(environment['GITHUB_WORKFLOW']) ?? null,
    ...{ job, index: 0, total: 1, succeeded: true },
  };
}
