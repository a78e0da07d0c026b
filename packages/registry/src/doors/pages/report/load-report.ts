import type { AcceptanceView } from '../../../review/acceptance/acceptance.js';
import { describeAcceptance } from '../../../review/acceptance/describe-acceptance.js';
import { loadAcceptances } from '../../../review/acceptance/load-acceptances.js';
import type { ComputedDrift } from '../../../review/drift/drift-reports.js';
import { type DriftSides, driftSides } from '../../../review/drift/drift-sides.js';
import { reportContext } from '../../../review/drift/report-context.js';
import { findFlaky } from '../../../review/flaky/find-flaky.js';
import { describeFlaky, type Instability } from '../../../review/flaky/flaky.js';
import { describeNewUnread } from '../../../review/report/read-words.js';
import type { Report } from '../../../review/report/report.js';
import { describeIgnored } from '../../../review/settings/describe-ignored.js';
import { findNewUnread } from '../../../review/unread/find-new-unread.js';
import { loadRemovedUse } from '../../../review/unread/removed-use.js';
import { findRef } from '../../../store/snapshots/ref-store.js';
import type { At } from '../../../store/snapshots/resolve-snapshot.js';
import { decodeSnapshotKey } from '../../../store/snapshots/snapshot-key.js';
import type { Repository } from '../../../vocabulary/repository.js';
import type { Services } from '../../request/services.js';
import type { RepositoryPageRequest } from '../layout/page-request.js';

/** What a report compares, as its address says. */
export interface ReportSubject {
  /** The path of the page, below the repository. */
  page: string;
  title: string;
  head: At;
  base: { at: At; named: string } | null;
  /** Only changes of pull requests can be accepted. */
  isPullRequest: boolean;
}

/** The pull request of a report, as its last push described it. All text is untrusted. */
export interface ShownPullRequest {
  number: number;
  title: string | null;
  author: string | null;
  /** Its address on GitHub; null when the GitHub is unknown. */
  url: string | null;
}

/** A report with everything that its pages show. */
export interface LoadedReport {
  sides: DriftSides;
  computed: ComputedDrift;
  about: Omit<Report, 'drift'>;
  acceptance: AcceptanceView;
  /** Recordings whose answers keep changing, by path. */
  flaky: Map<string, Instability>;
  /** The paths of new recordings that the newest complete run did not read. */
  unread: Set<string>;
  /** When runs of the default branch last read the removed recordings, in words, by path. */
  removedUse: ReadonlyMap<string, string>;
  pullRequest: ShownPullRequest | null;
  /** Sentences above the report, with names and values in backticks. */
  notes: string[];
}

export function pullRequestSubject(number: number): ReportSubject {
  return {
    page: `pull/${number}`,
    title: `Pull request #${number}`,
    head: { pullRequest: number },
    base: null,
    isPullRequest: true,
  };
}

/** Parses `<base>...<head>`, two snapshot keys. Returns null when it is anything else. */
export function parseComparison(text: string): ReportSubject | null {
  const [base, head, ...rest] = text.split('...').map(decodeSnapshotKey);
  if (!base || !head || rest.length > 0) return null;
  return {
    page: `compare/${text}`,
    title: 'Comparison',
    head: { snapshot: head },
    base: { at: { snapshot: base }, named: 'this baseline' },
    isPullRequest: false,
  };
}

/** Loads the report. Returns null when one of the two snapshots is unknown. */
export async function loadReport(
  { services, repository }: RepositoryPageRequest,
  subject: ReportSubject,
): Promise<LoadedReport | null> {
  const { db } = services.connection;
  const sides = await driftSides(db, repository, subject);
  if (sides === null) return null;
  const computed = await services.reports.between(sides.baseline, sides.head);
  const { changes, ignored } = computed.drift;
  const flaky = await findFlaky(db, sides.head, changes);
  const acceptance = await loadAcceptances(db, sides.head, changes);
  await services.verdicts.record(sides, computed.drift, acceptance);
  const newUnread = await findNewUnread(db, repository, sides.head, changes);
  const unread = new Set(newUnread?.unread.map(({ path }) => path));
  const removedUse = await loadRemovedUse(db, repository.id, changes);
  const notes = [
    newUnread && describeNewUnread(newUnread),
    describeFlaky(changes, flaky),
    describeAcceptance(acceptance),
    describeIgnored(ignored),
  ].filter((note) => note !== null);
  const about = await reportContext(db, services, repository, sides);
  const pullRequest = await describePullRequest(services, repository, subject.head);
  return { sides, computed, about, acceptance, flaky, unread, removedUse, pullRequest, notes };
}

async function describePullRequest(
  { connection, githubUrl }: Services,
  repository: Repository,
  head: At,
): Promise<ShownPullRequest | null> {
  if (!('pullRequest' in head)) return null;
  const number = head.pullRequest;
  const ref = await findRef(connection.db, repository.id, 'PULL_REQUEST', String(number));
  return {
    number,
    title: ref?.title ?? null,
    author: ref?.author ?? null,
    url: githubUrl && `${githubUrl}/${repository.owner}/${repository.name}/pull/${number}`,
  };
}
