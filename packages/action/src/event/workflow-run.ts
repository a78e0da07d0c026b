import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';

/** The fields of GitHub's event payloads that the action reads. Each event has only some of them. */
export interface EventPayload {
  action?: string;
  /** push: the branch or tag was deleted. */
  deleted?: boolean;
  /** push: the new tip. */
  after?: string;
  /** push of a tag: the branch that it was created from, if GitHub knows it. */
  base_ref?: string | null;
  /** push: the commits that are new on the branch, oldest first; `distinct`: also new in the repository. */
  commits?: { id: string; distinct?: boolean }[];
  pull_request?: {
    number: number;
    title?: string;
    user?: { login: string } | null;
    state?: string;
    merged?: boolean | null;
    labels?: { name: string }[];
    head: { sha: string; ref?: string; repo: { full_name: string } | null };
    base: { ref: string; sha: string; repo: { full_name: string } };
  };
  merge_group?: { head_sha: string; head_ref: string; base_ref: string; base_sha: string };
  repository?: { full_name: string; default_branch?: string };
  /** workflow_run: the run that completed. Everything else about it is fetched from GitHub by its id. */
  workflow_run?: { id: number };
}

/** The workflow run, as the runner describes it. */
export interface WorkflowRun {
  eventName: string;
  payload: EventPayload;
  repository: { owner: string; name: string };
  /** `refs/heads/…`, `refs/tags/…` or `refs/pull/N/merge`. */
  ref: string;
  /**
   * The commit that `actions/checkout` checks out; for a pull request its test merge, which is on no
   * branch.
   */
  sha: string;
  /** The user that started the run, such as `octocat` or `dependabot[bot]`. */
  actor: string;
  workspace: string;
  githubApiUrl: string;
  /** The address of GitHub's pages, such as `https://github.com`. */
  githubServerUrl: string;
  /** GitHub's id of the run, which its re-runs keep; 0 when the runner names none. */
  id: number;
  /** 1 for the first attempt, higher for re-runs. */
  attempt: number;
  /** The workflow's name, or its file when it has none; empty when the runner names none. */
  workflow: string;
  /** The job's name in the workflow, which the jobs of a matrix share. */
  job: string;
  /** A folder outside the workspace that the runner empties after the job. */
  temporary: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the run from the runner's environment variables and its event file.
 * @returns the run, or what is missing (usually outside of GitHub Actions)
 */
export function readWorkflowRun(env: Environment): { run: WorkflowRun } | { problem: string } {
  const [owner, name] = (env['GITHUB_REPOSITORY'] ?? '').split('/');
  const eventName = env['GITHUB_EVENT_NAME'];
  if (!owner || !name || !eventName) {
    return {
      problem:
        'GITHUB_REPOSITORY or GITHUB_EVENT_NAME is not set: the action only runs as a step of a ' +
        'GitHub Actions job. Elsewhere, use the `fixtures` command.',
    };
  }
  const payload = readPayload(env['GITHUB_EVENT_PATH']);
  if ('problem' in payload) return payload;
  return {
    run: {
      eventName,
      payload: payload.payload,
      repository: { owner, name },
      ref: env['GITHUB_REF'] ?? '',
      sha: env['GITHUB_SHA'] ?? '',
      actor: env['GITHUB_ACTOR'] ?? '',
      workspace: env['GITHUB_WORKSPACE'] ?? process.cwd(),
      githubApiUrl: env['GITHUB_API_URL'] ?? 'https://api.github.com',
      githubServerUrl: env['GITHUB_SERVER_URL'] ?? 'https://github.com',
      id: wholeNumber(env['GITHUB_RUN_ID']) ?? 0,
      attempt: wholeNumber(env['GITHUB_RUN_ATTEMPT']) ?? 1,
      workflow: env['GITHUB_WORKFLOW'] ?? '',
      job: env['GITHUB_JOB'] ?? '',
      temporary: env['RUNNER_TEMP'] ?? tmpdir(),
    },
  };
}

function wholeNumber(text = ''): number | null {
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

function readPayload(file: string | undefined): { payload: EventPayload } | { problem: string } {
  if (!file) return { payload: {} };
  try {
    return { payload: JSON.parse(readFileSync(file, 'utf8')) as EventPayload };
  } catch (error) {
    return {
      problem: `The event file GITHUB_EVENT_PATH=${file} cannot be read: ${(error as Error).message}`,
    };
  }
}
