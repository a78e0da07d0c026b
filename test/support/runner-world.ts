import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { type GitHubStandIn, startGitHub } from './github-api.js';
import type { JobEvent } from './github-events.js';
import type { PullRequest } from './github-state.js';
import { type Job, startJob } from './runner.js';
import { type RegistryStandIn, startRegistryStandIn } from './runner-registry.js';

export const CHAT = 'tests/recordings/chat.json';
export const TOOL = 'tests/recordings/tool.json';

/** GitHub, a registry whose `main` has two recordings, and runners: what one workflow sees. */
export interface ActionWorld {
  github: GitHubStandIn;
  registry: RegistryStandIn;
  /** A job with the action in it; the token is given unless the inputs say otherwise. */
  job(event: JobEvent, inputs?: Record<string, string>, workspace?: string): Job;
  /** Opens a pull request of two commits over the tip of `main`. The first has the number 3. */
  openPullRequest(options?: { fork?: boolean }): PullRequest;
  comments(pullRequest: number): string[];
  /** The operations that the registry was asked, in order. */
  operations(): string[];
  /** Stops all, and checks that no request was outside of GitHub's own schema, whatever the test was about. */
  end(): Promise<void>;
}

export async function startActionWorld(): Promise<ActionWorld> {
  const github = await startGitHub({ repository: { owner: 'octo-org', name: 'octo-tests' }, firstPull: 3 });
  const registry = await startRegistryStandIn();
  registry.seed('main', { [CHAT]: '"hello"', [TOOL]: '"weather"' });
  const { state } = github;
  return {
    github,
    registry,
    job: (event, inputs = {}, workspace = undefined) =>
      startJob({
        inputs: { 'registry-url': registry.url, token: registry.token, ...inputs },
        event,
        repository: state.repository,
        githubApiUrl: github.url,
        githubToken: github.token,
        ...(workspace === undefined ? {} : { workspace }),
      }),
    openPullRequest(options = {}) {
      state.commitTo('main');
      const head = state.commit([state.commit([state.tip('main')])]);
      return state.openPullRequest({ head, ...options });
    },
    comments: (pullRequest) => state.commentsOf(pullRequest).map((comment) => comment.body),
    operations: () => registry.asked.map(({ operation }) => operation),
    async end() {
      await github.close();
      await registry[Symbol.asyncDispose]();
      expect(github.violations).toEqual([]);
    },
  };
}

/** What the tests of a job do: they write recordings. */
export function record(job: Job, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    const full = path.join(job.workspace, name);
    mkdirSync(path.dirname(full), { recursive: true });
    writeFileSync(full, text);
  }
}

export function textOf(job: Job, name: string): string {
  return readFileSync(path.join(job.workspace, name), 'utf8');
}
