/** Every name that the action shares with `action.yml`, the runner and other workflows, in one place. */

export const INPUT = {
  registryUrl: 'registry-url',
  token: 'token',
  mode: 'mode',
  paths: 'paths',
  tests: 'tests',
  testsFile: 'tests-file',
  models: 'models',
  baseline: 'baseline',
  workingDirectory: 'working-directory',
  comment: 'comment',
  failOn: 'fail-on',
  check: 'check',
  prune: 'prune',
  pushOn: 'push-on',
  onRegistryError: 'on-registry-error',
  githubToken: 'github-token',
  redact: 'redact',
  allowInsecure: 'allow-insecure',
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
} as const;

/** What main leaves for post. */
export const STATE = {
  /** `true` when main came far enough that pushing makes sense. */
  ready: 'ready',
  /** The candidate baseline commits, space separated, nearest first: asked of GitHub once, used twice. */
  candidates: 'candidates',
  /** `failed` when main could not pull, `done` when it did, or found that the registry has nothing yet. */
  pull: 'pull',
  /** The snapshot that main pulled: what a push to a branch is compared with. */
  pulledSnapshot: 'pulled-snapshot',
} as const;

/** Read by `post-if` in action.yml: a condition there sees the environment, but not the step's inputs. */
export const PUSH_ON_VARIABLE = 'FIXTURES_PUSH_ON';

/** The first line of the comment; how the next run finds it again. */
export const COMMENT_MARKER = '<!-- fixture-registry:drift -->';

/** The check run's name: what branch protection may ask for. */
export const CHECK_NAME = 'Fixtures';

/** The label on a pull request by which a reviewer accepts the drift that is there when it is set. */
export const ACCEPT_LABEL = 'fixtures-accepted';

/**
 * How the artifacts begin in which the jobs of a fork's pull request leave their recordings. The job's name and a part that is unique
 * follow: the jobs of a matrix share a name, and GitHub takes each name once in a run.
 */
export const ARTIFACT_PREFIX = 'fixture-registry-recordings-';

/** The second workflow starts when the first is done; what it did not take in a few days nobody will. */
export const ARTIFACT_DAYS = 3;
