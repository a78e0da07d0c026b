import type { PathUse } from '../../store/uses/last-use-store.js';
import { type CountingRuns, isRemovable, unusedBefore } from '../../store/uses/unused-rule.js';
import { countingRuns, countUnused, type UnusedRow, unusedPage } from '../../store/uses/unused-store.js';
import { builder } from './builder.js';
import { type Connection, connectionType, keysetConnection, pageComplexity } from './connections.js';
import { invalidInput } from './invalid-input.js';
import { RecordingNode } from './recording.js';
import { RepositoryNode, resolveState } from './repository.js';
import { dateOf } from './use-loaders.js';

/** The longest period, in days. */
const MOST_DAYS = 3_650;
const DAY = 24 * 60 * 60_000;

interface UnusedShape extends UnusedRow {
  repositoryId: number;
  isRemovable: boolean;
}

const useOf = (
  { repositoryId, path }: UnusedShape,
  load: (key: { repositoryId: number; path: string }) => Promise<PathUse | null>,
) => load({ repositoryId, path });

const UnusedRecordingType = builder.objectRef<UnusedShape>('UnusedRecording').implement({
  description: 'A recording of the default branch that runs pulled and did not read.',
  fields: (t) => ({
    recording: t.field({
      type: RecordingNode,
      description: 'The recording.',
      resolve: async ({ repositoryId, refId, since, path }, _args, { loaders }) => {
        const found = await loaders.snapshots.recording.load({ repositoryId, refId, since, path });
        if (!found) throw new Error(`the entry ${refId}.${since} of ${path} vanished while it was read`);
        return found;
      },
    }),
    lastUsedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When a run of the default branch last read it, by UTC day. Null when none did.',
      resolve: async (row, _args, { loaders }) =>
        dateOf((await useOf(row, (key) => loaders.uses.path.load(key)))?.lastUsedAt),
    }),
    runsSince: t.int({
      description: 'The number of counting runs since its last use, or since a run first pulled it.',
      resolve: async (row, _args, { loaders }) =>
        (await useOf(row, (key) => loaders.uses.path.load(key)))?.runsSince ?? 0,
    }),
    isRemovable: t.exposeBoolean('isRemovable', {
      description:
        'Whether counting runs had all of the days to read it: it was first pulled before, and so was the oldest ' +
        'known counting run.',
    }),
  }),
});

type UnusedConnectionShape = Connection<UnusedShape> & CountingRuns & { within: number };

// The count reads the whole list.
const UnusedConnection = connectionType<UnusedShape>('Unused', UnusedRecordingType as never, 500);

builder.objectFields(UnusedConnection, (t) => ({
  runs: t.int({
    description:
      'The number of counting runs of the default branch within the days, at least those of its newest day.',
    resolve: (list) => (list as UnusedConnectionShape).within,
  }),
  since: t.field({
    type: 'DateTime',
    nullable: true,
    description: 'When the oldest known counting run started. Null when no run counts.',
    resolve: (list) => (list as UnusedConnectionShape).oldest,
  }),
  newestRunAt: t.field({
    type: 'DateTime',
    nullable: true,
    description: 'When the newest counting run started. Null when no run counts.',
    resolve: (list) => (list as UnusedConnectionShape).newest,
  }),
  message: t.string({
    nullable: true,
    description: 'Why the list is not known. Null when it is.',
    resolve: (list) => ((list as UnusedConnectionShape).newest === null ? NO_RUN : null),
  }),
}));

const NO_RUN =
  'No run of the default branch counts yet, so nothing is known to be unused. A run counts when all of its jobs ' +
  'succeed, pull all recordings and report which ones their tests read.';

builder.objectField(RepositoryNode, 'unused', (t) =>
  t.field({
    type: UnusedConnection,
    complexity: pageComplexity,
    description:
      'The recordings of the default branch that counting runs pulled and no run has read for some days, least ' +
      'recently used first. Empty while no run counts.',
    args: {
      days: t.arg.int({
        defaultValue: 30,
        required: true,
        description: 'The number of days, 0 to 3,650. 0: not read on the day of the newest counting run.',
      }),
      ...t.arg.connectionArgs(),
    },
    resolve: async (repository, { days, ...args }, context): Promise<UnusedConnectionShape> => {
      if (days < 0 || days > MOST_DAYS) {
        throw invalidInput(`days must be from 0 to ${MOST_DAYS}, not ${days}`);
      }
      const { db } = context;
      const now = new Date();
      const repositoryId = repository.id;
      const { snapshot: head } = await resolveState(context, repository, null);
      const from = new Date(now.getTime() - days * DAY);
      const runs = await countingRuns(db, repositoryId, from);
      const before = unusedBefore(runs, days, now);
      const connection = await keysetConnection(
        args,
        ({ key }: UnusedShape) => key,
        async (page) => {
          if (before === null) return [];
          const found = await context.forCaller(() => unusedPage(db, head, before, page));
          if (found === null) throw invalidInput('the cursor belongs to another connection');
          return found.map((row) => ({
            ...row,
            repositoryId,
            isRemovable: isRemovable(runs, new Date(row.firstPulledAt), days, now),
          }));
        },
        async () => (before === null ? 0 : context.forCaller(() => countUnused(db, head, before))),
      );
      return { ...connection, ...runs };
    },
  }),
);
