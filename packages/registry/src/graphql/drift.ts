import type { Acceptance, AcceptanceView } from '../acceptance/acceptance.js';
import { describeAcceptance } from '../acceptance/describe-acceptance.js';
import type { DriftChange } from '../drift/drift.js';
import type { ComputedDrift } from '../drift/drift-reports.js';
import type { DriftSides } from '../drift/drift-sides.js';
import { readingKey } from '../drift/reading-order.js';
import { renderMarkdown } from '../drift/render-markdown.js';
import { renderText } from '../drift/render-text.js';
import type { Report } from '../drift/report.js';
import { reportContext } from '../drift/report-context.js';
import { describeFlaky, type Restlessness } from '../flaky/flaky.js';
import type { Repository } from '../repositories/repository.js';
import { describeIgnored } from '../settings/describe-ignored.js';
import type { RecordingRow } from '../snapshots/recording-store.js';
import { builder, invalidInput } from './builder.js';
import type { Context } from './context.js';
import { connectionType, keysetConnection, type PageArguments, pageComplexity } from './pages.js';
import { RecordingNode } from './recording.js';
import { SnapshotNode } from './snapshot.js';

export const DriftKindEnum = builder.enumType('DriftKind', {
  description: 'How a path differs between baseline and head.',
  values: {
    ADDED: { description: 'Only at the head.' },
    REMOVED: { description: 'Only at the baseline.' },
    CHANGED: { description: 'Other bytes at the same path.' },
    REKEYED: { description: 'The same call under a new hash: the request of the test changed.' },
    MOVED: { description: 'The same content, or the same call of a renamed test, at another path.' },
  },
});

export const DriftLevelEnum = builder.enumType('DriftLevel', {
  description: 'How much a test would notice.',
  values: {
    COSMETIC: { description: 'Ids, timestamps, chunk boundaries: nothing a test would notice.' },
    METADATA: { description: 'Served model, token usage and the like.' },
    CONTENT: { description: 'Text, embeddings, tool results, model lists.' },
    BEHAVIOUR: {
      description: 'Tool calls, finish reasons, refusals, success or error, parts that come or go.',
    },
  },
});

export interface DriftShape extends DriftSides {
  repository: Repository;
  computed: ComputedDrift;
  acceptance: AcceptanceView;
  /** Asked for only where it is told, and then once. */
  flaky: () => Promise<Map<string, Restlessness>>;
}

type ChangeShape = DriftChange & {
  recordings: { before: RecordingRow | null; after: RecordingRow | null };
  accepted: Acceptance | null;
  flaky: DriftShape['flaky'];
};

const DriftSummaryType = builder.objectRef<ComputedDrift['drift']['summary']>('DriftSummary').implement({
  description: 'Counts of paths by kind, and of changed and rekeyed ones by level.',
  fields: (t) => ({
    added: t.exposeInt('added'),
    removed: t.exposeInt('removed'),
    changed: t.exposeInt('changed'),
    rekeyed: t.exposeInt('rekeyed'),
    moved: t.exposeInt('moved'),
    unchanged: t.exposeInt('unchanged'),
    cosmetic: t.exposeInt('cosmetic'),
    metadata: t.exposeInt('metadata'),
    content: t.exposeInt('content'),
    behaviour: t.exposeInt('behaviour'),
  }),
});

export const DriftChangeType = builder.objectRef<ChangeShape>('DriftChange').implement({
  description: 'One recording that differs, or one pair that belongs together.',
  fields: (t) => ({
    kind: t.field({ type: DriftKindEnum, resolve: (change) => change.kind }),
    level: t.field({ type: DriftLevelEnum, nullable: true, resolve: (change) => change.level }),
    path: t.exposeString('path'),
    previousPath: t.exposeString('previousPath', { nullable: true }),
    testId: t.exposeString('testId', { nullable: true }),
    model: t.exposeString('model', { nullable: true }),
    replaces: t.string({
      nullable: true,
      description:
        'Of an added recording: the path of the one that it looks to replace, which the push did not remove.',
      resolve: (change) => change.replaces?.path ?? null,
    }),
    summary: t.exposeString('summary', { description: 'What changed, in words.' }),
    before: t.field({ type: RecordingNode, nullable: true, resolve: (change) => change.recordings.before }),
    after: t.field({ type: RecordingNode, nullable: true, resolve: (change) => change.recordings.after }),
  }),
});

const DriftChangeConnection = connectionType<ChangeShape>('DriftChange', DriftChangeType as never);

export const DriftReportType = builder.objectRef<DriftShape>('DriftReport').implement({
  description: 'What differs between two snapshots, read as a test would read it.',
  fields: (t) => ({
    baseline: t.field({
      type: SnapshotNode,
      resolve: ({ repository, baseline }) => ({ repository, snapshot: baseline }),
    }),
    head: t.field({
      type: SnapshotNode,
      resolve: ({ repository, head }) => ({ repository, snapshot: head }),
    }),
    baselineReason: t.exposeString('reason'),
    summary: t.field({ type: DriftSummaryType, resolve: ({ computed }) => computed.drift.summary }),
    level: t.field({
      type: DriftLevelEnum,
      nullable: true,
      description: 'The highest level of all changes; null when none has one.',
      resolve: ({ computed }) => computed.drift.level,
    }),
    ignored: t.int({
      description:
        'How many differences `.github/fixtures.yml` of the base branch leaves out, as its newest state says.',
      resolve: ({ computed }) => computed.drift.ignored,
    }),
    url: t.string({
      description: 'Where the report can be read.',
      resolve: async (report, _args, context) =>
        (await reportContext(context.db, context.publicUrl, report.repository, report)).url,
    }),
    changes: t.field({
      type: DriftChangeConnection,
      complexity: pageComplexity,
      args: {
        kind: t.arg({ type: DriftKindEnum }),
        level: t.arg({ type: DriftLevelEnum }),
        ...t.arg.connectionArgs(),
      },
      resolve: (report, args) => {
        const chosen = report.computed.drift.changes.filter(
          (change) =>
            (args.kind == null || change.kind === args.kind) &&
            (args.level == null || change.level === args.level),
        );
        return changeConnection(chosen, (change) => changeShape(change, report), args);
      },
    }),
    markdown: t.string({
      description: 'The report for a person with two minutes, never longer than `limit` characters.',
      args: { limit: t.arg.int({ defaultValue: 65_000, required: true }) },
      resolve: async (report, { limit }, context) => {
        if (limit < 1_000) throw invalidInput('markdown.limit: a report needs at least 1000 characters');
        return renderMarkdown(await wholeReport(report, context), limit);
      },
    }),
    text: t.string({
      description: 'The same for a terminal.',
      resolve: async (report, _args, context) => renderText(await wholeReport(report, context)),
    }),
  }),
});

/** The report with all that is said around it. */
async function wholeReport(report: DriftShape, { db, publicUrl }: Context): Promise<Report> {
  const about = await reportContext(db, publicUrl, report.repository, report);
  const { drift } = report.computed;
  const notes = [
    describeAcceptance(report.acceptance),
    describeFlaky(drift.changes, await report.flaky()),
    describeIgnored(drift.ignored),
  ].filter((note) => note !== null);
  return { drift, ...about, notes };
}

/** A change with what GraphQL can be asked about it. */
function changeShape(change: DriftChange, { computed, acceptance, flaky }: DriftShape): ChangeShape {
  const before = (change.before && computed.before.get(change.before.path)) ?? null;
  const after = (change.after && computed.after.get(change.after.path)) ?? null;
  return { ...change, recordings: { before, after }, accepted: acceptance.of(change), flaky };
}

/** Pages through computed changes: kind, level and path are the key, so that a cursor outlives the page. */
function changeConnection(
  changes: DriftChange[],
  shape: (change: DriftChange) => ChangeShape,
  args: PageArguments,
) {
  const keyed = changes.map((change) => ({ key: readingKey(change), change }));
  return keysetConnection(
    args,
    readingKey,
    async ({ after, before, limit, fromEnd }) => {
      const between = keyed.filter(
        ({ key }) => (after === null || key > after) && (before === null || key < before),
      );
      const page = fromEnd ? between.reverse().slice(0, limit) : between.slice(0, limit);
      return page.map(({ change }) => shape(change));
    },
    async () => changes.length,
  );
}
