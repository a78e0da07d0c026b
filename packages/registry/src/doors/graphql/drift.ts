import type { Acceptance } from '../../review/acceptance/acceptance.js';
import type { DriftChange, DriftSide } from '../../review/differences/drift.js';
import type { ComputedDrift } from '../../review/drift/drift-reports.js';
import { reportContext } from '../../review/drift/report-context.js';
import { headline } from '../../review/report/headline/headline.js';
import { renderMarkdown } from '../../review/report/markdown/render-markdown.js';
import { sortKey } from '../../review/report/sort-changes.js';
import { renderText } from '../../review/report/text/render-text.js';
import type { RecordingRow } from '../../store/snapshots/recording-store.js';
import { plain } from '../../vocabulary/words.js';
import { builder } from './builder.js';
import { connectionType, keysetConnection, type PageArguments, pageComplexity } from './connections.js';
import { DriftKindEnum, DriftLevelEnum } from './drift-enums.js';
import { type ExchangeChangeShape, ExchangeChangeType } from './exchange-change.js';
import { invalidInput } from './invalid-input.js';
import type { DriftShape } from './load-drift.js';
import { RecordingNode } from './recording.js';
import { SnapshotNode } from './snapshot.js';

type ChangeShape = DriftChange & {
  repositoryId: number;
  recordings: { before: RecordingRow | null; after: RecordingRow | null };
  accepted: Acceptance | null;
  flaky: DriftShape['flaky'];
  replaced: DriftShape['replaced'];
};

const DriftSummaryType = builder.objectRef<ComputedDrift['drift']['summary']>('DriftSummary').implement({
  description: 'The number of changes by kind and by level.',
  fields: (t) => ({
    added: t.exposeInt('added', { description: 'Changes of the kind ADDED.' }),
    removed: t.exposeInt('removed', { description: 'Changes of the kind REMOVED.' }),
    changed: t.exposeInt('changed', { description: 'Changes of the kind CHANGED.' }),
    rekeyed: t.exposeInt('rekeyed', { description: 'Changes of the kind REKEYED.' }),
    moved: t.exposeInt('moved', { description: 'Changes of the kind MOVED.' }),
    unchanged: t.exposeInt('unchanged', { description: 'Recordings that are the same in both snapshots.' }),
    cosmetic: t.exposeInt('cosmetic', { description: 'Changes of the level COSMETIC.' }),
    metadata: t.exposeInt('metadata', { description: 'Changes of the level METADATA.' }),
    content: t.exposeInt('content', { description: 'Changes of the level CONTENT.' }),
    behaviour: t.exposeInt('behaviour', { description: 'Changes of the level BEHAVIOUR.' }),
    errors: t.exposeInt('errors', {
      description:
        'Changes whose new recording is an error or has a tool result that is one, whether new or known before.',
    }),
    unplayable: t.exposeInt('unplayable', {
      description: 'Changes after which no recorder finds the recording.',
    }),
  }),
});

/** Exchanges of a change for the cost of a query: few cassettes have more that differ. */
const EXCHANGES_COUNTED = 10;

export const DriftChangeType = builder.objectRef<ChangeShape>('DriftChange').implement({
  description: 'A recording that differs, or a removed and an added recording that belong together.',
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
    path: t.exposeString('path', {
      description: 'The path in the head; for a removed recording, the path in the baseline.',
    }),
    previousPath: t.exposeString('previousPath', {
      nullable: true,
      description: 'The path in the baseline, when it is another one.',
    }),
    testId: t.exposeString('testId', { nullable: true, description: 'The test of the recording.' }),
    model: t.exposeString('model', { nullable: true, description: 'The model that the request names.' }),
    replaces: t.field({
      type: RecordingNode,
      nullable: true,
      description:
        'For an added recording: the recording of the same test with the nearest request, which it seems ' +
        'to replace and which was not removed.',
      resolve: async (change) =>
        (change.replaces && (await change.replaced()).get(change.replaces.path)) ?? null,
    }),
    reasons: t.stringList({
      description: 'Why the change has its level: one phrase for each difference, the highest level first.',
      resolve: (change) => [...new Set(change.reasons.map((reason) => plain(reason.words)))],
    }),
    summary: t.exposeString('summary', { description: 'What changed, as a phrase.' }),
    before: t.field({
      type: RecordingNode,
      nullable: true,
      description: 'The recording in the baseline. Null for an added recording.',
      resolve: (change) => change.recordings.before,
    }),
    after: t.field({
      type: RecordingNode,
      nullable: true,
      description: 'The recording in the head. Null for a removed recording.',
      resolve: (change) => change.recordings.after,
    }),
    exchanges: t.field({
      type: [ExchangeChangeType],
      description:
        'For a cassette: the exchanges that differ, the highest level first, at most 200. For a new cassette ' +
        'that replaces none: the exchanges that are failures. Empty for a recording with one call per file.',
      complexity: { field: 1, multiplier: EXCHANGES_COUNTED },
      resolve: exchangeChanges,
    }),
  }),
});

function exchangeChanges({ exchanges, replaces, before, after, repositoryId }: ChangeShape) {
  const keyOf = (side: DriftSide | null) => side && { repositoryId, digest: side.digest };
  const contents = { before: keyOf(before ?? replaces), after: keyOf(after) };
  return exchanges.map((exchange): ExchangeChangeShape => ({ ...exchange, contents }));
}

const DriftChangeConnection = connectionType<ChangeShape>('DriftChange', DriftChangeType as never);

export const DriftReportType = builder.objectRef<DriftShape>('DriftReport').implement({
  description: 'The differences between two snapshots, from the point of view of a test.',
  fields: (t) => ({
    baseline: t.field({
      type: SnapshotNode,
      description: 'The snapshot that the head is compared with.',
      resolve: ({ repository, baseline }) => ({ repository, snapshot: baseline }),
    }),
    head: t.field({
      type: SnapshotNode,
      description: 'The snapshot that is compared.',
      resolve: ({ repository, head }) => ({ repository, snapshot: head }),
    }),
    baselineReason: t.exposeString('reason', { description: 'Why this baseline was chosen.' }),
    headline: t.string({
      description:
        'What broke first, on one line, with names and values between backticks: the first line of the ' +
        'comment, without its mark.',
      resolve: ({ computed }) => headline(computed.drift),
    }),
    summary: t.field({
      type: DriftSummaryType,
      description: 'The number of changes by kind and by level.',
      resolve: ({ computed }) => computed.drift.summary,
    }),
    level: t.field({
      type: DriftLevelEnum,
      nullable: true,
      description: 'The highest level of all changes. Null when no change has a level.',
      resolve: ({ computed }) => computed.drift.level,
    }),
    ignored: t.int({
      description: "The number of differences left out by `ignore` in the baseline's `.github/fixtures.yml`.",
      resolve: ({ computed }) => computed.drift.ignored,
    }),
    unread: t.int({
      nullable: true,
      description:
        'The number of new recordings that the newest complete run of the pull request pulled and did not read: ' +
        'typical leftovers of failed attempts. Null when no such run pulled new recordings.',
      resolve: async (report) => (await report.newUnread())?.unread.length ?? null,
    }),
    url: t.string({
      description: 'The address of the page with this report.',
      resolve: async (report, _args, context) =>
        (await reportContext(context.db, context, report.repository, report)).url,
    }),
    changes: t.field({
      type: DriftChangeConnection,
      description: 'The changes, most important first.',
      complexity: pageComplexity,
      args: {
        kind: t.arg({ type: DriftKindEnum, description: 'Only changes of this kind.' }),
        level: t.arg({ type: DriftLevelEnum, description: 'Only changes of this level.' }),
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
      description: 'The report as GitHub Flavored Markdown, as in the comment on a pull request.',
      args: {
        limit: t.arg.int({
          defaultValue: 65_000,
          required: true,
          description: 'The maximum length, in characters; at least 1,000. Longer reports are shortened.',
        }),
      },
      resolve: async (report, { limit }) => {
        if (limit < 1_000) throw invalidInput('markdown.limit: must be at least 1000 characters');
        return renderMarkdown(await report.rendered(), limit);
      },
    }),
    text: t.string({
      description: 'The report as plain text, for a terminal.',
      resolve: async (report) => renderText(await report.rendered()),
    }),
  }),
});

/** A change with the values of its GraphQL fields. */
function changeShape(change: DriftChange, report: DriftShape): ChangeShape {
  const { computed, acceptance, flaky, replaced } = report;
  const before = (change.before && computed.before.get(change.before.path)) ?? null;
  const after = (change.after && computed.after.get(change.after.path)) ?? null;
  return {
    ...change,
    repositoryId: report.repository.id,
    recordings: { before, after },
    accepted: acceptance.of(change),
    flaky,
    replaced,
  };
}

/**
 * Pages through computed changes. The cursor contains kind, level and path, so it stays valid for a
 * new report.
 */
function changeConnection(
  changes: DriftChange[],
  shape: (change: DriftChange) => ChangeShape,
  args: PageArguments,
) {
  const keyed = changes.map((change) => ({ key: sortKey(change), change }));
  return keysetConnection(
    args,
    sortKey,
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
