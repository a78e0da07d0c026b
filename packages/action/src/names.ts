/** The names that the action shares with `action.yml`, the runner and other workflows. */

export const INPUT = {
  registryUrl: 'registry-url',
  token: 'token',
  mode: 'mode',
  paths: 'paths',
  tests: 'tests',
  testsFile: 'tests-file',
  usedFiles: 'used-files',
  models: 'models',
  baseline: 'baseline',
  workingDirectory: 'working-directory',
  comment: 'comment',
  failOn: 'fail-on',
  check: 'check',
  annotations: 'annotations',
  pullRequest: 'pull-request',
  branch: 'branch',
  timeout: 'timeout',
  prune: 'prune',
  pushOn: 'push-on',
  onRegistryError: 'on-registry-error',
  githubToken: 'github-token',
  redact: 'redact',
  allowInsecure: 'allow-insecure',
  watchRepeats: 'watch-repeats',
  matrixIndex: 'matrix-index',
  matrixTotal: 'matrix-total',
  jobStatus: 'job-status',
} as const;

export type InputName = (typeof INPUT)[keyof typeof INPUT];

export const OUTPUT = {
  snapshot: 'snapshot',
  baseline: 'baseline',
  pulled: 'pulled',
  reused: 'reused',
  added: 'added',
  changed: 'changed',
  rekeyed: 'rekeyed',
  removed: 'removed',
  driftLevel: 'drift-level',
  commentUrl: 'comment-url',
  reportUrl: 'report-url',
  errors: 'errors',
  unused: 'unused',
} as const;

/** State that main saves for post. */
export const STATE = {
  /** `true` when main succeeded and post is to push. */
  ready: 'ready',
  /** The target of the inputs `pull-request` and `branch`, as JSON; unset when the event decides. */
  target: 'target',
  /** The candidate baseline commits, separated by spaces, nearest first. */
  candidates: 'candidates',
  /** `done` when main pulled, or found that the registry has nothing yet; unset when the pull failed. */
  pull: 'pull',
  /** The id of the snapshot that main pulled. A push to a branch is compared with it. */
  pulledSnapshot: 'pulled-snapshot',
} as const;

/**
 * The snapshot that a step with `mode: pull` pulled, for a step with `mode: push` of the same job: the folder may
 * hold the pull of an earlier job.
 */
export const PULLED_VARIABLE = 'FIXTURES_PULLED_SNAPSHOT';

/** Read by `post-if` in action.yml, whose conditions see the environment but not the inputs. */
export const PUSH_ON_VARIABLE = 'FIXTURES_PUSH_ON';

/** The first line of the comment, by which the next run finds it. */
export const COMMENT_MARKER = '<!-- fixture-registry:drift -->';

/** The first line of the issue of a watch, by which the next run finds it. */
export const WATCH_MARKER = '<!-- fixture-registry:watch -->';

/** The branch from which a pull request accepts what a watch recorded. */
export const ACCEPTANCE_BRANCH = 'fixtures/watch';

/** The name of the check run, which branch protection can require. */
export const CHECK_NAME = 'Fixtures';

/**
 * Prefix of the artifacts that carry the recordings of a fork's pull request. The job's name and a
 * random part follow, because the jobs of a matrix share their name and artifact names are unique
 * within a run.
 */
export const ARTIFACT_PREFIX = 'fixture-registry-recordings-';

/** Retention of these artifacts. The second workflow starts as soon as the first has completed. */
export const ARTIFACT_DAYS = 3;
