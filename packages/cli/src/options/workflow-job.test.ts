import { expect, it } from 'vitest';
import { workflowJob } from './workflow-job.js';

const RUN = { GITHUB_RUN_ID: '77', GITHUB_JOB: 'tests' };
const JOB = { run: '77', attempt: 1, workflow: null, job: 'tests', index: 0, total: 1, succeeded: true };

it.each([
  ['outside of a workflow', {}, null],
  ['with a run but no job', { GITHUB_RUN_ID: '77' }, null],
  ['with an empty run', { ...RUN, GITHUB_RUN_ID: '' }, null],
  ['in a job', RUN, JOB],
  [
    'in a re-run',
    { ...RUN, GITHUB_RUN_ATTEMPT: '3', GITHUB_WORKFLOW: 'CI' },
    { ...JOB, attempt: 3, workflow: 'CI' },
  ],
])('%s', (_, environment, job) => {
  expect(workflowJob(environment)).toEqual(job);
});
