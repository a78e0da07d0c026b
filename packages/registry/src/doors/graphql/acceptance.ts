import { type AcceptOutcome, acceptDrift } from '../../review/acceptance/accept-drift.js';
import type { Acceptance } from '../../review/acceptance/acceptance.js';
import type { DriftChange } from '../../review/differences/drift.js';
import { recordPullRequest } from '../../review/verdicts/record-verdict.js';
import { decodeSnapshotId } from './at-input.js';
import { builder } from './builder.js';
import { writableRepository } from './context.js';
import { DriftChangeType, DriftReportType } from './drift.js';
import { DriftKindEnum, DriftLevelEnum } from './drift-enums.js';
import { Forbidden, InvalidInput, NotFound, type Problem, resultTypeName } from './problems.js';
import { NAME, OWNER } from './repository-name-input.js';

const AcceptanceMeansEnum = builder.enumType('AcceptanceMeans', {
  description: 'How a change was accepted.',
  values: {
    LABEL: { description: 'With a label on the pull request.' },
    PAGE: { description: 'On a page of the report.' },
    COMMAND: { description: 'With the `fixtures` command, or another GraphQL client.' },
  },
});

const AcceptanceType = builder.objectRef<Acceptance>('Acceptance').implement({
  description:
    'The acceptance of a change by a reviewer. It no longer applies when the change itself changes.',
  fields: (t) => ({
    by: t.exposeString('by', { description: 'Who accepted the change.' }),
    at: t.field({
      type: 'DateTime',
      description: 'When it was accepted.',
      resolve: (acceptance) => acceptance.at,
    }),
    means: t.field({
      type: AcceptanceMeansEnum,
      description: 'How it was accepted.',
      resolve: (acceptance) => acceptance.means,
    }),
  }),
});

builder.objectField(DriftChangeType, 'accepted', (t) =>
  t.field({
    type: AcceptanceType,
    nullable: true,
    description: 'The acceptance of this change. Null when it is not accepted.',
    resolve: (change) => change.accepted,
  }),
);

builder.objectFields(DriftReportType, (t) => ({
  accepted: t.int({
    description: 'The number of accepted changes.',
    resolve: ({ acceptance }) => acceptance.accepted.length,
  }),
  unaccepted: t.int({
    description: 'The number of changes that are not accepted.',
    resolve: ({ acceptance }) => acceptance.unaccepted.length,
  }),
  unacceptedLevel: t.field({
    type: DriftLevelEnum,
    nullable: true,
    description:
      'The highest level of the changes that are not accepted. Null when none of them has a level.',
    resolve: ({ acceptance }) => acceptance.unacceptedLevel,
  }),
}));

const AcceptDriftInput = builder.inputType('AcceptDriftInput', {
  description: 'The changes to accept. Without `paths` and `level`, all changes of the pull request.',
  fields: (t) => ({
    owner: t.string(OWNER),
    name: t.string(NAME),
    pullRequest: t.int({ required: true, description: 'The number of the pull request.' }),
    snapshot: t.id({
      description: 'The snapshot that the reviewer saw. Changes that were pushed later are not accepted.',
    }),
    at: t.field({
      type: 'DateTime',
      description:
        'Accepts the newest snapshot at this time, instead of `snapshot`. Without both, accepts the ' +
        'newest snapshot.',
    }),
    paths: t.stringList({
      description:
        'Only changes whose paths match one of these patterns: `*` within a folder, `**` across folders.',
    }),
    level: t.field({ type: DriftLevelEnum, description: 'Only changes up to this level.' }),
    by: t.string({
      description:
        'Who set the label. Used only with `means: LABEL` and a token for the whole repository. ' +
        'Otherwise the acceptance is in the name of the token, or of the GitHub user who triggered the ' +
        'workflow run.',
    }),
    means: t.field({
      type: AcceptanceMeansEnum,
      description: 'How the changes are accepted; by default `COMMAND`.',
    }),
  }),
});

type AcceptedShape = Extract<AcceptOutcome, { kind: 'accepted' }>;

/** Maximum number of accepted changes in one response. */
const MAXIMUM_LISTED = 1_000;

const AcceptedChangeType = builder.objectRef<DriftChange>('AcceptedChange').implement({
  description: 'A change that was accepted.',
  fields: (t) => ({
    kind: t.field({
      type: DriftKindEnum,
      description: 'The kind of the change.',
      resolve: (change) => change.kind,
    }),
    level: t.field({
      type: DriftLevelEnum,
      nullable: true,
      description: 'The level of the change. Null for a kind without levels.',
      resolve: (change) => change.level,
    }),
    path: t.exposeString('path', { description: 'The path of the recording.' }),
    testId: t.exposeString('testId', { nullable: true, description: 'The test of the recording.' }),
    summary: t.exposeString('summary', { description: 'What changed, as a phrase.' }),
  }),
});

const AcceptedDriftType = builder.objectRef<AcceptedShape>('AcceptedDrift').implement({
  description: 'The outcome of accepting drift.',
  fields: (t) => ({
    count: t.int({
      description: 'The number of newly accepted changes.',
      resolve: (done) => done.changes.length,
    }),
    by: t.exposeString('by', { description: 'In whose name the changes are accepted.' }),
    already: t.exposeInt('already', {
      description: 'The number of chosen changes that were accepted before.',
    }),
    changes: t.field({
      type: [AcceptedChangeType],
      description: 'The newly accepted changes, highest level first; at most 1,000.',
      resolve: ({ changes }) => changes.slice(0, MAXIMUM_LISTED),
    }),
  }),
});

const AcceptDriftResult = builder.unionType('AcceptDriftResult', {
  description: 'The result of `acceptDrift`.',
  types: [AcceptedDriftType, InvalidInput, NotFound, Forbidden],
  resolveType: (result) => resultTypeName(result as { kind: string }, 'AcceptedDrift'),
});

type Refusal = Problem<'invalid' | 'not-found' | 'forbidden'>;

builder.mutationField('acceptDrift', (t) =>
  t.field({
    type: AcceptDriftResult,
    description:
      'Accepts changes of a pull request, so that its check no longer fails because of them. Each ' +
      'acceptance remains valid after further pushes, until its recording differs in another way. Needs ' +
      'the scope WRITE.',
    args: {
      input: t.arg({ type: AcceptDriftInput, required: true, description: 'The changes to accept.' }),
    },
    resolve: async (_root, { input }, context): Promise<AcceptedShape | Refusal> => {
      const found = await writableRepository(context, input.owner, input.name, 'write');
      if ('problem' in found) return found.problem;
      const snapshot = input.snapshot == null ? null : decodeSnapshotId(input.snapshot);
      if (input.snapshot != null && snapshot === null) {
        return { kind: 'invalid', field: 'snapshot', message: 'snapshot is not the id of a snapshot' };
      }
      const outcome = await acceptDrift(context.db, context.reports, {
        repository: found.repository,
        pullRequest: input.pullRequest,
        seen: snapshot ? { snapshot } : input.at ? { at: input.at } : null,
        paths: input.paths ?? null,
        level: input.level ?? null,
        by: input.by ?? null,
        caller: context.caller,
        means: input.means ?? 'COMMAND',
      });
      if (outcome.kind === 'accepted') await recordPullRequest(context, found.repository, input.pullRequest);
      return outcome;
    },
  }),
);
