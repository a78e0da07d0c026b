import { displayName } from '../../review/report/change-names.js';
import { changeLink } from '../../review/report/links.js';
import type { WatchChange } from '../../review/watch/combine-repeats.js';
import { renderWatch } from '../../review/watch/render-watch.js';
import { watchHeadline, watchLevel } from '../../review/watch/watch-headline.js';
import { refusedRun } from '../../vocabulary/watch-name.js';
import { plain } from '../../vocabulary/words.js';
import { builder } from './builder.js';
import { DriftKindEnum, DriftLevelEnum } from './drift-enums.js';
import { invalidInput } from './invalid-input.js';
import { loadWatch, type WatchShape } from './load-watch.js';
import { RepositoryNode } from './repository.js';
import { SnapshotNode } from './snapshot.js';

/** The most changes of a list in one response; their number is a field of its own. */
const MOST_LISTED = 500;

type ChangeShape = WatchChange & { url: string };

const WatchChangeType = builder.objectRef<ChangeShape>('WatchChange').implement({
  description: 'A recording that drifted, or that is unstable.',
  fields: (t) => ({
    name: t.string({
      description: 'A short name for people: the test without the folders of its file, else the path.',
      resolve: ({ change }) => displayName(change),
    }),
    kind: t.field({
      type: DriftKindEnum,
      description: 'The kind of the change.',
      resolve: ({ change }) => change.kind,
    }),
    path: t.string({
      description: 'The path in the repeat; for a removed recording, the path in the baseline.',
      resolve: ({ change }) => change.path,
    }),
    testId: t.string({
      nullable: true,
      description: 'The test of the recording.',
      resolve: ({ change }) => change.testId,
    }),
    model: t.string({
      nullable: true,
      description: 'The model that the request names.',
      resolve: ({ change }) => change.model,
    }),
    summary: t.string({
      description: 'What changed, as a phrase: in the first repeat where the level is the highest.',
      resolve: ({ change }) => plain(change.words),
    }),
    levels: t.field({
      type: [DriftLevelEnum],
      nullable: { list: false, items: true },
      description:
        'The level in each repeat that arrived, in their order. Null where the repeat does not differ from the ' +
        'baseline, or only by a kind without levels.',
      resolve: ({ levels }) => levels,
    }),
    url: t.exposeString('url', { description: 'The address of the page with this change.' }),
  }),
});

const WatchReportType = builder.objectRef<WatchShape>('WatchReport').implement({
  description:
    'What a watch found: a run that recorded everything again, compared with the default branch. A recording ' +
    'drifted when all repeats behave differently than it, in the same way. It is unstable when only some ' +
    'repeats do, or when the repeats behave differently from each other.',
  fields: (t) => ({
    run: t.string({ description: 'The id of the run.', resolve: ({ watch }) => watch.run }),
    at: t.field({
      type: 'DateTime',
      description: 'When the last repeat arrived.',
      resolve: ({ at }) => at,
    }),
    commit: t.exposeString('commit', { nullable: true, description: 'The watched git commit.' }),
    baseline: t.field({
      type: SnapshotNode,
      description: 'The state of the default branch that the run pulled.',
      resolve: ({ repository, baseline }) => ({ repository, snapshot: baseline }),
    }),
    snapshot: t.field({
      type: SnapshotNode,
      description: 'What the first repeat recorded. `acceptWatch` copies this.',
      resolve: ({ repository, heads }) => ({ repository, snapshot: heads[0] }),
    }),
    repeats: t.int({
      description: 'The number of repeats that the run makes.',
      resolve: ({ watch }) => watch.repeats,
    }),
    stored: t.int({
      description: 'The number of repeats that arrived, which the report compares.',
      resolve: ({ watch }) => watch.stored.length,
    }),
    headline: t.string({
      description: 'What the watch found, on one line: the first line of the report, without its mark.',
      resolve: async (report) => watchHeadline(await report.watched()),
    }),
    level: t.field({
      type: DriftLevelEnum,
      nullable: true,
      description:
        'BEHAVIOUR when a recording drifted; CONTENT when recordings are unstable, or changed in text only; ' +
        'else null.',
      resolve: async (report) => watchLevel(await report.watched()),
    }),
    driftedCount: t.int({
      description: 'The number of recordings that drifted.',
      resolve: async (report) => (await report.watched()).drifted.length,
    }),
    unstableCount: t.int({
      description: 'The number of unstable recordings.',
      resolve: async (report) => (await report.watched()).unstable.length,
    }),
    textCount: t.int({
      description: 'The number of recordings that changed in text only.',
      resolve: async (report) => (await report.watched()).text,
    }),
    drifted: t.field({
      type: [WatchChangeType],
      description: 'The recordings that drifted, most important first; at most 500.',
      resolve: async (report) => listed(report, (await report.watched()).drifted),
    }),
    unstable: t.field({
      type: [WatchChangeType],
      description: 'The unstable recordings, most important first; at most 500.',
      resolve: async (report) => listed(report, (await report.watched()).unstable),
    }),
    url: t.string({
      description: 'The address of the page that compares the first repeat with the baseline.',
      resolve: async (report) => (await report.view()).reports[0]?.url ?? '',
    }),
    acceptedBy: t.int({
      nullable: true,
      description: 'The number of the pull request that accepted the watch last. Null when none did.',
      resolve: ({ acceptedBy }) => acceptedBy(),
    }),
    markdown: t.string({
      description: 'The report as GitHub Flavored Markdown, for an issue.',
      args: {
        limit: t.arg.int({
          defaultValue: 65_000,
          required: true,
          description: 'The maximum length, in characters; at least 1,000. Longer reports are shortened.',
        }),
      },
      resolve: async (report, { limit }) => {
        if (limit < 1_000) throw invalidInput('markdown.limit: must be at least 1000 characters');
        return renderWatch(await report.view(), limit);
      },
    }),
  }),
});

async function listed(report: WatchShape, changes: WatchChange[]): Promise<ChangeShape[]> {
  const { reports } = await report.view();
  return changes.slice(0, MOST_LISTED).map((each) => {
    const address = reports[each.position]?.url ?? '';
    return { ...each, url: changeLink(address, each.change.path) };
  });
}

builder.objectField(RepositoryNode, 'watch', (t) =>
  t.field({
    type: WatchReportType,
    nullable: true,
    // Each repeat is compared with the baseline and with the first one.
    complexity: 500,
    description: 'What the watch of a run found. Null when there is none.',
    args: {
      run: t.arg.string({
        description: 'The id of the run. Without it, the run that started to push a watch last.',
      }),
    },
    resolve: (repository, { run }, context) => {
      const refused = run == null ? null : refusedRun(run);
      if (refused) throw invalidInput(`watch: ${refused}`);
      return loadWatch(context, repository, run ?? null);
    },
  }),
);
