import { type AcceptOutcome, acceptDrift } from '../../review/acceptance/accept-drift.js';
import type { Acceptance } from '../../review/acceptance/acceptance.js';
import type { DriftChange } from '../../review/differences/drift.js';
import { snapshotKeyOfId } from './at-input.js';
import { builder } from './builder.js';
import { writableRepository } from './context.js';
import { DriftChangeType, DriftKindEnum, DriftLevelEnum, DriftReportType } from './drift.js';
import { Forbidden, InvalidInput, NotFound, type Problem, typeOfResult } from './problems.js';

const AcceptanceMeansEnum = builder.enumType('AcceptanceMeans', {
  description: 'How a change was accepted.',
  values: {
    LABEL: { description: 'By a label on the pull request.' },
    PAGE: { description: 'On the page of the report.' },
    COMMAND: { description: 'By the `fixtures` command, or whoever else asked for it.' },
  },
});

const AcceptanceType = builder.objectRef<Acceptance>('Acceptance').implement({
  description: 'That a reviewer accepted a change. It lapses when the change becomes another.',
  fields: (t) => ({
    by: t.exposeString('by', { description: 'Who accepted it.' }),
    at: t.field({ type: 'DateTime', resolve: (acceptance) => acceptance.at }),
    means: t.field({ type: AcceptanceMeansEnum, resolve: (acceptance) => acceptance.means }),
  }),
});

builder.objectField(DriftChangeType, 'accepted', (t) =>
  t.field({
    type: AcceptanceType,
    nullable: true,
    description: 'Null while nobody accepted it.',
    resolve: (change) => change.accepted,
  }),
);

builder.objectFields(DriftReportType, (t) => ({
  accepted: t.int({
    description: 'How many changes were accepted.',
    resolve: ({ acceptance }) => acceptance.accepted.length,
  }),
  unaccepted: t.int({
    description: 'How many were not.',
    resolve: ({ acceptance }) => acceptance.unaccepted.length,
  }),
  unacceptedLevel: t.field({
    type: DriftLevelEnum,
    nullable: true,
    description: 'The highest level of what was not accepted; null when none of it has one.',
    resolve: ({ acceptance }) => acceptance.unacceptedLevel,
  }),
}));

const AcceptDriftInput = builder.inputType('AcceptDriftInput', {
  fields: (t) => ({
    owner: t.string({ required: true }),
    name: t.string({ required: true }),
    pullRequest: t.int({ required: true }),
    snapshot: t.id({
      description: 'The state that the reviewer saw; what was pushed after it is not accepted.',
    }),
    at: t.field({
      type: 'DateTime',
      description: 'The same by a moment: the newest state at that time. Without both, the newest of all.',
    }),
    paths: t.stringList({ description: 'Only changes at these paths (patterns).' }),
    level: t.field({ type: DriftLevelEnum, description: 'Only changes up to this level.' }),
    by: t.string({
      description:
        'Who set the label, with `means: LABEL` and a token for the whole repository. Otherwise the token counts, or ' +
        "the person whom GitHub signed as the cause of a workflow's run.",
    }),
    means: t.field({ type: AcceptanceMeansEnum, description: '`COMMAND` when left out.' }),
  }),
});

type AcceptedShape = Extract<AcceptOutcome, { kind: 'accepted' }>;

const MOST_TOLD = 1000;

const AcceptedChangeType = builder.objectRef<DriftChange>('AcceptedChange').implement({
  fields: (t) => ({
    kind: t.field({ type: DriftKindEnum, resolve: (change) => change.kind }),
    level: t.field({ type: DriftLevelEnum, nullable: true, resolve: (change) => change.level }),
    path: t.exposeString('path'),
    testId: t.exposeString('testId', { nullable: true }),
    summary: t.exposeString('summary', { description: 'What changed, in words.' }),
  }),
});

const AcceptedDriftType = builder.objectRef<AcceptedShape>('AcceptedDrift').implement({
  fields: (t) => ({
    count: t.int({
      description: 'How many changes are accepted that were not before.',
      resolve: (done) => done.changes.length,
    }),
    by: t.exposeString('by', { description: 'In whose name they are accepted.' }),
    already: t.exposeInt('already', { description: 'How many of those chosen were accepted before.' }),
    changes: t.field({
      type: [AcceptedChangeType],
      description: 'What is newly accepted, the weightiest first; at most 1,000 of it.',
      resolve: ({ changes }) => changes.slice(0, MOST_TOLD),
    }),
  }),
});

const AcceptDriftResult = builder.unionType('AcceptDriftResult', {
  types: [AcceptedDriftType, InvalidInput, NotFound, Forbidden],
  resolveType: (result) => typeOfResult(result as { kind: string }, 'AcceptedDrift'),
});

type Refusal = Problem<'invalid' | 'not-found' | 'forbidden'>;

builder.mutationField('acceptDrift', (t) =>
  t.field({
    type: AcceptDriftResult,
    description:
      'Accepts changes of a pull request, so that they no longer fail it. Each stands for itself: it survives further pushes, ' +
      'and lapses when its recording differs in another way. Needs to write.',
    args: { input: t.arg({ type: AcceptDriftInput, required: true }) },
    resolve: async (_root, { input }, context): Promise<AcceptedShape | Refusal> => {
      const found = await writableRepository(context, input.owner, input.name, 'write');
      if ('problem' in found) return found.problem;
      const snapshot = input.snapshot == null ? null : snapshotKeyOfId(input.snapshot);
      if (input.snapshot != null && snapshot === null) {
        return { kind: 'invalid', field: 'snapshot', message: 'this is not the id of a snapshot' };
      }
      return acceptDrift(context.db, context.reports, {
        repository: found.repository,
        pullRequest: input.pullRequest,
        seen: snapshot ? { snapshot } : input.at ? { at: input.at } : null,
        paths: input.paths ?? null,
        level: input.level ?? null,
        by: input.by ?? null,
        caller: context.caller,
        means: input.means ?? 'COMMAND',
      });
    },
  }),
);
