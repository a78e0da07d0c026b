/** The sync engine: what the `fixtures` command and the GitHub Action are made of. */

export type { PathProblem } from './checkout/discover/digest-files.js';
export { readPathPatterns } from './checkout/discover/path-patterns.js';
export { pathsOfSettings } from './checkout/discover/recording-paths.js';
export { SETTINGS_PATH } from './checkout/discover/settings-file.js';
export { readRecording } from './checkout/files/local-file.js';
export {
  ancestors,
  commitId,
  currentBranch,
  forkPoint,
  headCommit,
  mergeBase,
  remoteRepository,
} from './checkout/git/git-checkout.js';
export { LocalError } from './checkout/local-error.js';
export type { PlannedFile } from './checkout/plan/plan.js';
export type { SnapshotAges } from './checkout/plan/snapshot-ages.js';
export type { OnProgress, Progress } from './checkout/progress.js';
export { type Connection, parseRepository, type Repository } from './connection/registry/connection.js';
export { RegistryError, type RegistryErrorCode } from './connection/registry/registry-error.js';
export type { SnapshotSummary } from './connection/registry/snapshot.js';
export type { At, PlanRequest, Selection, Target } from './connection/registry/target.js';
export { userAgent, VERSION } from './connection/registry/version.js';
export type { PurgedRecording } from './pull/compare/purged-on-disk.js';
export { describePurged } from './pull/describe-purged.js';
export { type PullOptions, type PullSummary, pull } from './pull/pull.js';
export { type ChangeOptions, type FoundChanges, findChanges } from './push/changes/find-changes.js';
export { describeUnplayable } from './push/negotiate/describe-unplayable.js';
export type { Unplayable } from './push/negotiate/unplayable.js';
export type { Prune } from './push/prune/prune-rule.js';
export { type PushOptions, type PushSummary, push, type RemovedUnread } from './push/push.js';
export { pushChanges } from './push/push-changes.js';
export {
  describePossibleSecrets,
  POSSIBLE_SECRETS_HINT,
  possibleSecretPlaces,
} from './push/secrets/describe-possible-secrets.js';
export { fetchPossibleSecrets, type PossibleSecrets } from './push/secrets/possible-secrets.js';
export { type SecretInFile, SecretsError } from './push/secrets/secrets-error.js';
export { type AcceptOptions, type AcceptSummary, acceptDrift } from './review/accept-drift.js';
export { closePullRequest } from './review/close-pull-request.js';
export {
  type DriftChange,
  type DriftKind,
  type DriftLevel,
  type DriftOptions,
  type DriftSummary,
  drift,
  driftChanges,
  firstChanges,
} from './review/drift.js';
export { type ExplainOptions, type Explanation, explain } from './review/explain.js';
export { coverageLine, type MissingTests, missingTests } from './review/missing-tests.js';
export { openPullRequests } from './review/open-pull-requests.js';
export { type PromoteOptions, type PromotionSummary, promote } from './review/promote.js';
export { type RekeyOptions, type RekeySummary, rekey } from './review/rekey/rekey.js';
export { type StatusOptions, type StatusSummary, status } from './review/status.js';
export { harmlessJson, harmlessLine, harmlessText } from './text/harmless-line.js';
export { withCommas } from './text/with-commas.js';
export { type FoundUse, type ReadUseOptions, readUse } from './use/read-use.js';
export { type ReportedUse, type ReportUseOptions, reportUse, type UseReason } from './use/report-use.js';
export type { UseJob, UseReport } from './use/use-report.js';
export { acceptWatch, nameWatchCommit } from './watch/accept-watch.js';
export { pushWatch, type WatchOptions, type WatchPushSummary } from './watch/push-watch.js';
export { type DigestAge, type WatchDigest, type WeeklyActivity, watchDigest } from './watch/watch-digest.js';
export { type WatchChange, type WatchReport, watchReport } from './watch/watch-report.js';
