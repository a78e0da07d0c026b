import type { AcceptanceView } from '../../review/acceptance/acceptance.js';
import { describeAcceptance } from '../../review/acceptance/describe-acceptance.js';
import { loadAcceptances } from '../../review/acceptance/load-acceptances.js';
import type { ComputedDrift } from '../../review/drift/drift-reports.js';
import type { DriftSides } from '../../review/drift/drift-sides.js';
import { reportContext } from '../../review/drift/report-context.js';
import { sincePush } from '../../review/drift/since-push.js';
import { findFlaky } from '../../review/flaky/find-flaky.js';
import { describeFlaky, type Instability } from '../../review/flaky/flaky.js';
import type { Report } from '../../review/report/report.js';
import { describeIgnored } from '../../review/settings/describe-ignored.js';
import { findNewUnread, type NewUnread } from '../../review/unread/find-new-unread.js';
import { loadRemovedUse } from '../../review/unread/removed-use.js';
import { type RecordingRow, recordingsAt } from '../../store/snapshots/recording-store.js';
import type { Repository } from '../../vocabulary/repository.js';
import type { Context } from './context.js';

/** A drift report, as its GraphQL type needs it. The functions query once, when a field needs the result. */
export interface DriftShape extends DriftSides {
  repository: Repository;
  computed: ComputedDrift;
  acceptance: AcceptanceView;
  flaky: () => Promise<Map<string, Instability>>;
  /** The recordings that new ones replace, by path. */
  replaced: () => Promise<Map<string, RecordingRow>>;
  /** The new recordings that a run of the pull request did not read; null when unknown. */
  newUnread: () => Promise<NewUnread | null>;
  /** The report with its context and notes, as the renderers need it. */
  rendered: () => Promise<Report>;
}

/** Computes the drift of two snapshots, with what reviewers accepted of it. */
export async function loadDrift(
  context: Context,
  repository: Repository,
  sides: DriftSides,
): Promise<DriftShape> {
  const computed = await context.reports.between(sides.baseline, sides.head);
  const { changes } = computed.drift;
  const acceptance = await loadAcceptances(context.db, sides.head, changes);
  await context.verdicts.record(sides, computed.drift, acceptance);
  const flaky = once(() => findFlaky(context.db, sides.head, changes));
  // Not cached with the drift: a run may report what it read at any time.
  const newUnread = once(() => findNewUnread(context.db, repository, sides.head, changes));
  const loaded = { repository, ...sides, computed, acceptance, flaky, newUnread };
  return {
    ...loaded,
    replaced: once(() => replacedRecordings(context, loaded)),
    rendered: once(() => loadReport(context, loaded)),
  };
}

type Loaded = Omit<DriftShape, 'replaced' | 'rendered'>;

/** From the head first: a recording that the pull request itself added may be replaced, too. */
async function replacedRecordings(
  { db }: Context,
  { computed, baseline, head }: Loaded,
): Promise<Map<string, RecordingRow>> {
  const paths = computed.drift.changes
    .map((change) => change.replaces?.path)
    .filter((path) => path !== undefined);
  if (paths.length === 0) return new Map();
  return new Map([...(await recordingsAt(db, baseline, paths)), ...(await recordingsAt(db, head, paths))]);
}

async function loadReport(context: Context, loaded: Loaded): Promise<Report> {
  const { db, reports } = context;
  const { acceptance } = loaded;
  const { drift } = loaded.computed;
  const notes = [
    describeAcceptance(acceptance),
    describeFlaky(drift.changes, await loaded.flaky()),
    describeIgnored(drift.ignored),
  ];
  return {
    drift,
    ...(await reportContext(db, context, loaded.repository, loaded)),
    notes: notes.filter((note) => note !== null),
    newUnread: await loaded.newUnread(),
    removedUse: await loadRemovedUse(db, loaded.repository.id, drift.changes),
    since: await sincePush(db, reports, loaded),
    isAccepted: (change) => acceptance.of(change) !== null,
  };
}

function once<Value>(load: () => Promise<Value>): () => Promise<Value> {
  let started: Promise<Value> | undefined;
  return () => {
    started ??= load();
    return started;
  };
}
