import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { type GitHubStandIn, startGitHub } from './github-api.js';
import type { JobEvent } from './github-events.js';
import type { PullRequest } from './github-state.js';
import { ownerAndName, pullFiles, pushFiles, type RefArgument } from './push-files.js';
import type { TestRegistry } from './registry.js';
import { type Job, startJob } from './runner.js';
import { called, type Recorded, said } from './runner-recordings.js';

/** The two recordings that `main` begins with. */
export const HELLO = said('test_hello', 'Hello, how may I help?');
export const WEATHER = called('test_weather', 'Leeds');

export const MAIN = { branch: 'main' };

/** The first line of the comment, by which the action finds it again. */
export const MARKER = '<!-- fixture-registry:drift -->';

/** What the registry says of a pull request. */
export interface RegistryReport {
  level: string | null;
  url: string;
  text: string;
  markdown: string;
}

/** GitHub, a repository of its own in a real registry, and runners: what one workflow sees. */
export interface ActionWorld extends AsyncDisposable {
  github: GitHubStandIn;
  registry: TestRegistry;
  /** `owner/name`, on GitHub and in the registry. */
  repository: string;
  /** May write; every job has it unless its inputs say otherwise. */
  token: string;
  job(
    event: JobEvent,
    inputs?: Record<string, string>,
    workspace?: string,
    environment?: Record<string, string>,
  ): Job;
  /** Opens a pull request of two commits over the tip of `main`. The first has the number 3. */
  openPullRequest(options?: { fork?: boolean }): PullRequest;
  /** What the pull request's comments say, oldest first. */
  comments(pullRequest: number): string[];
  /** Everything that the registry holds for a branch or a pull request. */
  recordings(ref: RefArgument): Promise<Recorded>;
  /** The version of a ref as it stands; 0: nothing was ever pushed to it. */
  version(ref: RefArgument): Promise<number>;
  report(pullRequest: number): Promise<RegistryReport>;
  makeToken(scope: 'READ' | 'WRITE'): Promise<string>;
  /** Whoever has no token may read from now on. */
  makePublic(): Promise<void>;
  /** Stops all, and checks that no request was outside of GitHub's own schema, whatever the test was about. */
  end(): Promise<void>;
}

let worlds = 0;

/**
 * Every test has a repository of its own in the registry that its file shares.
 * @param begun how far it is: `main` has recordings, there are only tokens, or the registry does not know it; then the jobs
 *   have the token of an admin, since nobody else may make it
 */
export async function startActionWorld(
  registry: TestRegistry,
  begun: 'with recordings' | 'with a token' | 'not at all' = 'with recordings',
): Promise<ActionWorld> {
  const repository = `octo-org/octo-tests-${++worlds}`;
  const github = await startGitHub({ repository: ownerAndName(repository), firstPull: 3 });
  const { state } = github;
  const makeToken = async (scope: 'READ' | 'WRITE') => {
    const input = { ...ownerAndName(repository), scope };
    const { createToken } = await registry.ask<{ createToken: { token: string } }>(CREATE_TOKEN, { input });
    return createToken.token;
  };
  const token = begun === 'not at all' ? registry.adminToken : await makeToken('WRITE');
  if (begun === 'with recordings') {
    const commit = state.tip('main');
    await pushFiles(registry, { repository, ref: MAIN, add: { ...HELLO, ...WEATHER }, commit });
  }
  const world: ActionWorld = {
    github,
    registry,
    repository,
    token,
    job: (event, inputs = {}, workspace = undefined, environment = {}) =>
      startJob({
        inputs: { 'registry-url': registry.url, token, ...inputs },
        event,
        repository: state.repository,
        githubApiUrl: github.url,
        githubToken: github.token,
        environment,
        ...(workspace === undefined ? {} : { workspace }),
      }),
    openPullRequest(more = {}) {
      state.commitTo('main');
      const head = state.commit([state.commit([state.tip('main')])]);
      return state.openPullRequest({ head, ...more });
    },
    comments: (pullRequest) => state.commentsOf(pullRequest).map((comment) => comment.body),
    recordings: (ref) => pullFiles(registry, repository, { ref }),
    async version(ref) {
      const { repository: found } = await registry.ask<Version>(VERSION, {
        ...ownerAndName(repository),
        at: 'branch' in ref ? ref : { pullRequest: ref.pullRequest },
      });
      return found.snapshot?.version ?? 0;
    },
    async report(pullRequest) {
      const variables = { ...ownerAndName(repository), pullRequest };
      const answer = await registry.ask<{ repository: { drift: RegistryReport } }>(REPORT, variables);
      return answer.repository.drift;
    },
    makeToken,
    async makePublic() {
      const input = { ...ownerAndName(repository), visibility: 'PUBLIC' };
      await registry.ask(CHANGE, { input });
    },
    async end() {
      await github.close();
      expect(github.violations).toEqual([]);
    },
    [Symbol.asyncDispose]: () => world.end(),
  };
  return world;
}

/** What the tests of a job do: they write recordings. */
export function record(job: Job, ...recordings: Recorded[]): void {
  for (const [name, text] of Object.entries(Object.assign({}, ...recordings) as Recorded)) {
    const full = path.join(job.workspace, name);
    mkdirSync(path.dirname(full), { recursive: true });
    writeFileSync(full, text);
  }
}

/** A test that is no longer there takes its recording along. */
export function forget(job: Job, recording: Recorded): void {
  for (const name of Object.keys(recording)) rmSync(path.join(job.workspace, name));
}

/** The files of these recordings as they are in the checkout; null: not there. */
export function onDisk(job: Job, recordings: Recorded): Record<string, string | null> {
  return Object.fromEntries(Object.keys(recordings).map((name) => [name, textOf(job, name)]));
}

function textOf(job: Job, name: string): string | null {
  try {
    return readFileSync(path.join(job.workspace, name), 'utf8');
  } catch {
    return null;
  }
}

const CREATE_TOKEN = `mutation ($input: CreateTokenInput!) {
  createToken(input: $input) { ... on NewToken { token } ... on Problem { message } }
}`;

const CHANGE = `mutation ($input: ChangeRepositoryInput!) {
  changeRepository(input: $input) { __typename }
}`;

type Version = { repository: { snapshot: { version: number } | null } };
const VERSION = `query ($owner: String!, $name: String!, $at: At!) {
  repository(owner: $owner, name: $name) { snapshot(at: $at) { version } }
}`;

const REPORT = `query ($owner: String!, $name: String!, $pullRequest: Int!) {
  repository(owner: $owner, name: $name) { drift(pullRequest: $pullRequest) { level url text markdown } }
}`;
