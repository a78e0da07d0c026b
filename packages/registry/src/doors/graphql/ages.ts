import type { AgeInDays, ModelAge, RecordingAges, SnapshotAges } from '../../store/snapshots/age-store.js';
import { AtInput } from './at-input.js';
import { builder } from './builder.js';
import { RepositoryNode, resolveState } from './repository.js';
import { SnapshotNode } from './snapshot.js';

/** The query reads the time of every recording, once a day for each snapshot. */
const COST = 1_000;

const countOlder = (days: AgeInDays) =>
  `The number of recordings that the registry received more than ${days} days before the beginning of today (UTC).`;

const older = ({ olderThan }: RecordingAges) => olderThan;

const ModelAgeType = builder.objectRef<ModelAge>('ModelAge').implement({
  description: 'How old the recordings of a model are.',
  fields: (t) => ({
    model: t.exposeString('model', {
      nullable: true,
      description: 'The model, as requests name it. Null for the recordings without a model.',
    }),
    recordings: t.exposeInt('recordings', {
      description: 'The number of recordings. A cassette counts once for each of its models.',
    }),
    oldest: t.field({
      type: 'DateTime',
      description: 'When the registry received the oldest recording.',
      resolve: ({ oldest }) => new Date(oldest),
    }),
    newest: t.field({
      type: 'DateTime',
      description: 'When the registry received the newest recording.',
      resolve: ({ newest }) => new Date(newest),
    }),
    olderThanMonth: t.int({ description: countOlder(30), resolve: (age) => older(age)[30] }),
    olderThanQuarter: t.int({ description: countOlder(90), resolve: (age) => older(age)[90] }),
    olderThanHalfYear: t.int({ description: countOlder(180), resolve: (age) => older(age)[180] }),
    olderThanYear: t.int({ description: countOlder(365), resolve: (age) => older(age)[365] }),
  }),
});

const NONE: RecordingAges['olderThan'] = { 30: 0, 90: 0, 180: 0, 365: 0 };
const olderInAll = ({ all }: SnapshotAges) => all?.olderThan ?? NONE;

const SnapshotAgesType = builder.objectRef<SnapshotAges>('SnapshotAges').implement({
  description: 'How old the recordings of a snapshot are.',
  fields: (t) => ({
    recordings: t.int({
      description: 'The number of recordings. A cassette counts once.',
      resolve: ({ all }) => all?.recordings ?? 0,
    }),
    oldest: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the registry received the oldest recording. Null without recordings.',
      resolve: ({ all }) => all && new Date(all.oldest),
    }),
    newest: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the registry received the newest recording. Null without recordings.',
      resolve: ({ all }) => all && new Date(all.newest),
    }),
    olderThanMonth: t.int({ description: countOlder(30), resolve: (ages) => olderInAll(ages)[30] }),
    olderThanQuarter: t.int({ description: countOlder(90), resolve: (ages) => olderInAll(ages)[90] }),
    olderThanHalfYear: t.int({ description: countOlder(180), resolve: (ages) => olderInAll(ages)[180] }),
    olderThanYear: t.int({ description: countOlder(365), resolve: (ages) => olderInAll(ages)[365] }),
    models: t.field({
      type: [ModelAgeType],
      description:
        'The same for each model: those with the most recordings older than 90 days first, at most 500.',
      resolve: ({ byModel }) => byModel,
    }),
  }),
});

builder.objectField(SnapshotNode, 'ages', (t) =>
  t.field({
    type: SnapshotAgesType,
    complexity: COST,
    description: 'How old the recordings are. The counts change once a day.',
    resolve: ({ snapshot }, _args, { summaries }) => summaries.agesOf(snapshot),
  }),
);

builder.objectField(RepositoryNode, 'ages', (t) =>
  t.field({
    type: [ModelAgeType],
    complexity: COST,
    description:
      'How old the recordings of a state are, for each model: those with the most recordings older than 90 days ' +
      'first, at most 500. The counts change once a day.',
    args: {
      at: t.arg({
        type: AtInput,
        description: 'The state to read. Without it, the newest state of the default branch.',
      }),
    },
    resolve: async (repository, { at }, context) => {
      const { snapshot } = await resolveState(context, repository, at);
      return (await context.summaries.agesOf(snapshot)).byModel;
    },
  }),
);
