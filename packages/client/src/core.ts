/** What every program around the client needs: the connection, the checkout, errors and texts. */

export { PatternError } from './checkout/discover/path-patterns.js';
export { readUnnoticed } from './checkout/files/read-unnoticed.js';
export {
  ancestors,
  commitId,
  currentBranch,
  defaultBranch,
  forkPoint,
  headCommit,
  knowsBranch,
  remoteAddress,
  remoteRepository,
} from './checkout/git/git-checkout.js';
export { LocalError } from './checkout/local-error.js';
export { describeTarget, missingTarget } from './checkout/plan/missing-target.js';
export type { OnProgress, Progress } from './checkout/progress.js';
export { query } from './connection/graphql/query.js';
export { expectRepository } from './connection/graphql/typed-result.js';
export { type TokenAccess, verifyToken } from './connection/graphql/verify-token.js';
export {
  type Connection,
  parseRepository,
  type Repository,
  registryAddress,
} from './connection/registry/connection.js';
export { isLoopback, withoutUser } from './connection/registry/registry-address.js';
export { RegistryError } from './connection/registry/registry-error.js';
export type { SnapshotSummary } from './connection/registry/snapshot.js';
export type { At, PlanRequest, Selection, Target } from './connection/registry/target.js';
export { userAgent, VERSION } from './connection/registry/version.js';
export { describePurged } from './pull/describe-purged.js';
export { describeUnplayable } from './push/negotiate/describe-unplayable.js';
export {
  describePossibleSecrets,
  POSSIBLE_SECRETS_HINT,
  possibleSecretPlaces,
} from './push/secrets/describe-possible-secrets.js';
export type { PossibleSecrets } from './push/secrets/possible-secrets.js';
export { hasState, missingState, requireState } from './review/require-state.js';
export { harmlessJson, harmlessLine } from './text/harmless-line.js';
export { withCommas } from './text/with-commas.js';
