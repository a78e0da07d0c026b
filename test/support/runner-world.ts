import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { type GitHubStandIn, startGitHub } from './github-api.js';
import type { JobEvent } from './github-events.js';
import type { PullRequest } from './github-state.js';
import { ownerAndName, pullFiles, pushFiles, type RefArgument } from './push-files.js';
import type { TestRegistry } from './registry.js';
import { type Job, type JobOptions, startJob } from './runner.js';
import { called, type Recorded, said } from './runner-recordings.js';

/** The two recordings on `main` at the start. */
export const HELLO = said('test_hello', 'Hello, how may I help?');
export const WEATHER = called('test_weather', 'Leeds');

export const MAIN = { branch: 'main' };

/** The first line of the comment, by which the action finds it. */
export const MARKER = '<!-- fixture-registry:drift -->';

/** The registry's report on a pull request. */
export interface RegistryReport {
  level: string | null;
  url: string;
  text: string;
  markdown: string;
}

/** The environment of one workflow: GitHub, a repository in a real registry, and runners. */
export interface ActionWorld extends AsyncDisposable {
  github: GitHubStandIn;
  registry: TestRegistry;
  /** `owner/name`, on GitHub and in the registry. */
  repository: string;
  /** A write token, the default of every job. */
  token: string;
  job(
    event: JobEvent,
    inputs?: Record<string, string>,
    workspace?: string,
    environment?: Record<string, string>,
    more?: Pick<JobOptions, 'matrix' | 'failed'>,
  ): Job;
  /** Opens a pull request with two commits on the tip of `main`. The first has the number 3. */
  openPullRequest(options?: { fork?: boolean }): PullRequest;
  /** The texts of a pull request's comments, oldest first. */
  comments(pullRequest: number): string[];
  /** All recordings of a branch or a pull request in the registry. */
  recordings(ref: RefArgument): Promise<Recorded>;
  /** The current version of a ref; 0 before the first push. */
  version(ref: RefArgument): Promise<number>;
  report(pullRequest: number): Promise<RegistryReport>;
  /** What the registry shows of a pull request. */
  about(pullRequest: number): Promise<About>;
  makeToken(scope: 'READ' | 'WRITE'): Promise<string>;
  /** Makes the repository readable without a token. */
  makePublic(): Promise<void>;
  /** Stops everything and asserts that every request conforms to GitHub's schema. */
  end(): Promise<void>;
}

let worlds = 0;

/**
 * Starts a world with a new repository in the registry, which the tests of a file share.
 * @param begun its state: `main` has recordings, it has only tokens, or it does not exist; then the
 * jobs have the
 *   admin token, because only an admin can create it
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
    job: (event, inputs = {}, workspace = undefined, environment = {}, { matrix, failed } = {}) =>
      startJob({
        inputs: { 'registry-url': registry.url, token, ...inputs },
        event,
        repository: state.repository,
        githubApiUrl: github.url,
        githubToken: github.token,
        environment,
        ...(workspace === undefined ? {} : { workspace }),
        ...(matrix === undefined ? {} : { matrix }),
        ...(failed === undefined ? {} : { failed }),
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
    async about(pullRequest) {
      const variables = { ...ownerAndName(repository), pullRequest };
      const { repository: found } = await registry.ask<{ repository: { pullRequest: About } }>(
        ABOUT,
        variables,
      );
      return found.pullRequest;
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

/** Writes recordings into the checkout, as the tests of a job do. */
export function record(job: Job, ...recordings: Recorded[]): void {
  for (const [name, text] of Object.entries(Object.assign({}, ...recordings) as Recorded)) {
    const full = path.join(job.workspace, name);
    mkdirSync(path.dirname(full), { recursive: true });
    writeFileSync(full, text);
  }
}

/** Deletes a recording from the checkout. */
export function forget(job: Job, recording: Recorded): void {
  for (const name of Object.keys(recording)) rmSync(path.join(job.workspace, name));
}

/** The files of these recordings in the checkout; null when missing. */
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

interface About {
  title: string | null;
  author: string | null;
  verdict: { headline: string } | null;
}

const ABOUT = `query ($owner: String!, $name: String!, $pullRequest: Int!) {
  repository(owner: $owner, name: $name) { pullRequest(number: $pullRequest) { title author verdict { headline } } }
}`;

const REPORT = `query ($owner: String!, $name: String!, $pullRequest: Int!) {
  repository(owner: $owner, name: $name) { drift(pullRequest: $pullRequest) { level url text markdown } }
}`;
