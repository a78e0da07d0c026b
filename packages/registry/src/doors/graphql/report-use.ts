import { reportUse, type UseOutcome } from '../../store/push/report-use.js';
import { parseRefName } from '../../vocabulary/ref-name.js';
import { RefInput } from './at-input.js';
import { builder } from './builder.js';
import { writableRepository } from './context.js';
import { Forbidden, InvalidInput, NotFound, type Problem, resultTypeName } from './problems.js';
import { NAME, OWNER } from './repository-name-input.js';
import { reportedUse, UseInput } from './use-input.js';
import { UseReasonEnum } from './use-reason.js';

const ReportUseInput = builder.inputType('ReportUseInput', {
  description: 'A report of the recordings that the tests of a branch or pull request read.',
  fields: (t) => ({
    owner: t.string(OWNER),
    name: t.string(NAME),
    ref: t.field({
      type: RefInput,
      required: true,
      description: 'The branch or pull request whose tests ran.',
    }),
    commit: t.string({ description: 'The git commit that was tested: a full git commit id.' }),
    use: t.field({ type: UseInput, required: true, description: 'What the tests read.' }),
  }),
});

type ReportedShape = Extract<UseOutcome, { kind: 'use' }>;

const UseReportedType = builder.objectRef<ReportedShape>('UseReported').implement({
  description: 'A stored report.',
  fields: (t) => ({
    counts: t.boolean({
      description:
        'Whether the run counts for unused recordings. Reads of runs that do not count still update `lastUsedAt`.',
      resolve: ({ reason }) => reason === null,
    }),
    reason: t.field({
      type: UseReasonEnum,
      nullable: true,
      description: 'Why the run does not count. Null when it does.',
      resolve: ({ reason }) => reason,
    }),
    runs: t.exposeInt('runs', {
      description: 'The number of runs of the branch or pull request that count, this one included.',
    }),
    read: t.exposeInt('read', { description: 'The number of recordings that the report says were read.' }),
    recordings: t.exposeInt('recordings', { description: 'The number of pulled recordings.' }),
  }),
});

const ReportUseResult = builder.unionType('ReportUseResult', {
  description: 'The result of `reportUse`.',
  types: [UseReportedType, InvalidInput, NotFound, Forbidden],
  resolveType: (result) => resultTypeName(result as { kind: string }, 'UseReported'),
});

builder.mutationField('reportUse', (t) =>
  t.field({
    type: ReportUseResult,
    description:
      'Reports which pulled recordings the tests read. Requires the permission to push to the branch or pull ' +
      'request. Repeating a report changes nothing. A push can report as well, in `use`.',
    args: { input: t.arg({ type: ReportUseInput, required: true, description: 'The report.' }) },
    resolve: async (
      _root,
      { input },
      context,
    ): Promise<ReportedShape | Problem<'invalid' | 'not-found' | 'forbidden'>> => {
      const found = await writableRepository(context, input.owner, input.name, 'write');
      if ('problem' in found) return found.problem;
      const { repository } = found;
      const ref = parseRefName(input.ref);
      if ('problem' in ref) return { kind: 'invalid', message: ref.problem, field: ref.field };
      const outcome = await reportUse(context.db, {
        repository,
        by: context.caller,
        ref,
        commit: input.commit ?? null,
        use: reportedUse(input.use),
      });
      // So that a query after the report sees what it changed.
      if (outcome.kind === 'use') await context.uses.fold(repository.id);
      return outcome;
    },
  }),
);
