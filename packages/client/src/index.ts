/** The sync engine: what the `fixtures` command and the GitHub Action are made of. */

export {
  ancestors,
  commitId,
  currentBranch,
  forkPoint,
  headCommit,
  mergeBase,
  remoteRepository,
} from './checkout/git-checkout.js';
export { readPathPatterns } from './checkout/path-patterns.js';
export { DEFAULT_PATHS } from './checkout/recording-places.js';
export { type Connection, parseRepository, type Repository } from './connection/connection.js';
export { RegistryError, type RegistryErrorCode } from './connection/registry-error.js';
export { harmlessJson, harmlessLine, harmlessText } from './harmless-line.js';
export { LocalError } from './local-error.js';
export type { OnProgress, Progress } from './progress.js';
export { describePurged } from './pull/describe-purged.js';
export type { PlannedFile } from './pull/plan.js';
export { type PullOptions, type PullSummary, pull } from './pull/pull.js';
export type { PurgedRecording } from './pull/purged-on-disk.js';
export type { PathProblem } from './push/digest-files.js';
export { type ChangeQuestion, type FoundChanges, findChanges } from './push/find-changes.js';
export type { Prune } from './push/prune-rule.js';
export { type PushOptions, type PushSummary, push } from './push/push.js';
export { pushChanges } from './push/push-changes.js';
export { type SecretInFile, SecretsError } from './push/secrets-error.js';
export { type AcceptOptions, type AcceptSummary, acceptDrift } from './questions/accept-drift.js';
export { closePullRequest } from './questions/close-pull-request.js';
export {
  type DriftChange,
  type DriftKind,
  type DriftLevel,
  type DriftOptions,
  type DriftSummary,
  drift,
  driftChanges,
} from './questions/drift.js';
export { type ExplainOptions, type Explanation, explain } from './questions/explain.js';
export { type PromoteOptions, type PromotionSummary, promote } from './questions/promote.js';
export { type StatusOptions, type StatusSummary, status } from './questions/status.js';
export type { SnapshotSummary } from './snapshot.js';
export type { At, PlanQuestion, Selection, Target } from './target.js';
export { userAgent, VERSION } from './version.js';
export { withCommas } from './with-commas.js';
