import { findRef } from '../../store/snapshots/ref-store.js';
import { newestRuns, type UseRun } from '../../store/uses/use-run-list-store.js';
import { parseRefName } from '../../vocabulary/ref-name.js';
import { builder } from './builder.js';
import { invalidInput } from './invalid-input.js';
import { RepositoryNode } from './repository.js';
import { UseReasonEnum } from './use-reason.js';

const MOST_RUNS = 100;

interface UseJob {
  job: string;
  total: number;
  succeeded: number[];
  failed: number[];
}

const UseJobType = builder.objectRef<UseJob>('UseJob').implement({
  description: 'A job of a run that reported, with all positions of its matrix.',
  fields: (t) => ({
    job: t.exposeString('job', { description: 'The id of the job in the workflow file.' }),
    total: t.exposeInt('total', { description: 'The number of jobs of the matrix.' }),
    succeeded: t.int({
      description: 'The number of them that reported and succeeded.',
      resolve: ({ succeeded }) => succeeded.length,
    }),
    failed: t.int({
      description: 'The number of them that reported and failed.',
      resolve: ({ failed }) => failed.length,
    }),
  }),
});

const UseRunType = builder.objectRef<UseRun>('UseRun').implement({
  description:
    'A workflow run, or a report outside of a workflow, that reported which recordings its tests read.',
  fields: (t) => ({
    run: t.exposeString('run', { description: 'The id of the run.' }),
    workflow: t.exposeString('workflow', { nullable: true, description: 'The name of the workflow.' }),
    jobs: t.field({
      type: [UseJobType],
      description: 'The jobs that reported.',
      resolve: ({ jobs }) => Object.entries(jobs).map(([job, reported]) => ({ job, ...reported })),
    }),
    startedAt: t.field({
      type: 'DateTime',
      description: 'When its first job reported.',
      resolve: ({ startedAt }) => new Date(startedAt),
    }),
    reportedAt: t.field({
      type: 'DateTime',
      description: 'When its last job reported.',
      resolve: ({ reportedAt }) => new Date(reportedAt),
    }),
    counts: t.boolean({
      description: 'Whether the run counts for unused recordings.',
      resolve: ({ reason }) => reason === null,
    }),
    reason: t.field({
      type: UseReasonEnum,
      nullable: true,
      description: 'Why the run does not count. Null when it does.',
      resolve: ({ reason }) => reason,
    }),
  }),
});

builder.objectField(RepositoryNode, 'useRuns', (t) =>
  t.field({
    type: [UseRunType],
    complexity: (args) => ({ field: 1, multiplier: Math.min(Math.max(args.first, 1), MOST_RUNS) }),
    description: 'The newest runs that reported which recordings their tests read, newest first.',
    args: {
      first: t.arg.int({
        defaultValue: 20,
        required: true,
        description: `The number of runs: at most ${MOST_RUNS}.`,
      }),
      branch: t.arg.string({ description: 'The name of the branch. Without it, the default branch.' }),
      pullRequest: t.arg.int({ description: 'The number of a pull request, instead of `branch`.' }),
    },
    resolve: async (repository, { first, branch, pullRequest }, { db }) => {
      if (first < 0 || first > MOST_RUNS) {
        throw invalidInput(`first must be from 0 to ${MOST_RUNS}, not ${first}`);
      }
      const isUnnamed = branch == null && pullRequest == null;
      const named = parseRefName(isUnnamed ? { branch: repository.defaultBranch } : { branch, pullRequest });
      if ('problem' in named) throw invalidInput(`useRuns: ${named.problem}`);
      const ref = await findRef(db, repository.id, named.kind, named.name);
      const isDefaultBranch = named.kind === 'BRANCH' && named.name === repository.defaultBranch;
      return ref ? newestRuns(db, ref, isDefaultBranch, first) : [];
    },
  }),
);
