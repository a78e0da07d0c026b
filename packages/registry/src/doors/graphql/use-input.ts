import type { ReportedUse } from '../../store/uses/reported-use.js';
import { decodeSnapshotId } from './at-input.js';
import { builder } from './builder.js';
import { type SelectionArgument, SelectionInput, selectionOf } from './pull-plan.js';

const UseJobInput = builder.inputType('UseJobInput', {
  description: 'The job of a workflow run that reports. The jobs of a run are united.',
  fields: (t) => ({
    run: t.string({
      required: true,
      description:
        'The id of the run, such as `GITHUB_RUN_ID`. For a workflow, the run in its OIDC token is used instead.',
    }),
    attempt: t.int({
      required: true,
      description:
        'The attempt of the run, from 1. A success of any attempt replaces a failure of the same job and index.',
    }),
    workflow: t.string({ description: 'The name of the workflow.' }),
    job: t.string({ required: true, description: 'The id of the job in the workflow file.' }),
    index: t.int({ required: true, description: 'The position of the job in its matrix, from 0.' }),
    total: t.int({
      required: true,
      description: 'The number of jobs of the matrix, at most 1,000. 1 without a matrix.',
    }),
    succeeded: t.boolean({ required: true, description: 'Whether the job succeeded.' }),
  }),
});

export const UseInput = builder.inputType('UseInput', {
  description: 'Which of the pulled recordings the tests read.',
  fields: (t) => ({
    snapshot: t.id({ required: true, description: 'The pulled snapshot.' }),
    selection: t.field({
      type: SelectionInput,
      description: 'The selection of the pull. Without it, all recordings were pulled.',
    }),
    recordings: t.int({
      required: true,
      description: 'The number of recordings of the snapshot and selection, purged ones included.',
    }),
    read: t.string({
      description:
        'A bitmap in base64 with one bit for each of these recordings, in the order of their paths by code ' +
        'point: the first in the lowest bit of the first byte. Set for each recording that was read. Null when ' +
        'the client could not see which files were read.',
    }),
    job: t.field({
      type: UseJobInput,
      description: 'The job that reports. Null outside of a workflow: the report is a run of its own.',
    }),
  }),
});

interface UseArgument extends Omit<ReportedUse, 'snapshot' | 'selection' | 'read' | 'job'> {
  snapshot: string;
  selection?: SelectionArgument | null | undefined;
  read?: string | null | undefined;
  job?:
    | (Omit<NonNullable<ReportedUse['job']>, 'workflow'> & { workflow?: string | null | undefined })
    | null
    | undefined;
}

/** A report as the store takes it. An invalid snapshot id counts as an unknown snapshot. */
export function reportedUse({ snapshot, selection, recordings, read, job }: UseArgument): ReportedUse {
  return {
    snapshot: decodeSnapshotId(snapshot),
    selection: selection == null ? null : selectionOf(selection),
    recordings,
    read: read ?? null,
    job: job == null ? null : { ...job, workflow: job.workflow ?? null },
  };
}
