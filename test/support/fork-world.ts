import { digestOf } from '@fixture-registry/protocol';
import { expect } from 'vitest';
import { type ArtifactService, startArtifactService } from './artifact-service.js';
import { pullRequestEvent, workflowRunEvent } from './github-events.js';
import type { PullRequest, RunArtifact, WorkflowRunState } from './github-state.js';
import type { TestRegistry } from './registry.js';
import type { Job, StepResult } from './runner.js';
import type { Recorded } from './runner-recordings.js';
import { type ActionWorld, startActionWorld } from './runner-world.js';
import { type ZipEntry, zipByHand } from './zip-by-hand.js';

export const ARTIFACT = 'fixture-registry-recordings-test-0a1b2c3d';

/** The world of a repository with an open pull request from a fork, and GitHub's artifacts. */
export interface ForkWorld extends AsyncDisposable {
  world: ActionWorld;
  artifacts: ArtifactService;
  /** Pull request 3, from `somebody/fork`. */
  pull: PullRequest;
  /** A job of the first workflow, as a fork's pull request starts it: no secrets, a GitHub token that only reads. */
  forkJob(run: WorkflowRunState, inputs?: Record<string, string>): Job;
  /** The second workflow, with the identity of the base repository. */
  pushRun(run: WorkflowRunState, inputs?: Record<string, string>): Promise<StepResult>;
  /** Stores an artifact that no job of ours made. */
  forge(run: WorkflowRunState, forged: Forged, name?: string): RunArtifact;
}

/** What an artifact of somebody's own making holds. */
export interface Forged {
  /** What the manifest says; an object is what is put into it beside the right things. */
  manifest?: Record<string, unknown> | string;
  /** Recordings, each named in the manifest and held as a content. */
  recordings?: Recorded;
  removed?: string[];
  /** Beside these, or instead of one of the same name. */
  entries?: ZipEntry[];
  claimedEntries?: number;
}

/** @param visibility whether anybody may read the repository in the registry */
export async function startForkWorld(
  registry: TestRegistry,
  visibility: 'public' | 'private' = 'public',
): Promise<ForkWorld> {
  const world = await startActionWorld(registry);
  if (visibility === 'public') await world.makePublic();
  const { state } = world.github;
  const artifacts = await startArtifactService(state);
  const pull = world.openPullRequest({ fork: true });
  return {
    world,
    artifacts,
    pull,
    forkJob: (run, inputs = {}) =>
      world.job(pullRequestEvent(state, pull.number), { token: '', ...inputs }, undefined, {
        ...artifacts.environment(run.id),
        GITHUB_RUN_ID: String(run.id),
      }),
    async pushRun(run, inputs = {}) {
      await using job = world.job(workflowRunEvent(state, run), { mode: 'push', ...inputs });
      return await job.main();
    },
    forge: (run, forged, name = ARTIFACT) => artifacts.store(run.id, name, forgedZip(forged)),
    async [Symbol.asyncDispose]() {
      await artifacts[Symbol.asyncDispose]();
      await world.end();
      expect(artifacts.violations).toEqual([]);
    },
  };
}

/** An artifact as the action makes it, but for what is forged. */
export function forgedZip({ manifest = {}, recordings = {}, removed = [], ...forged }: Forged): Buffer {
  const files = Object.entries(recordings).map(([path, text]) => {
    const bytes = Buffer.from(text);
    return { path, digest: digestOf(bytes), size: bytes.length, bytes };
  });
  const list = files.map(({ path, digest, size }) => ({ path, digest, size }));
  const said = { format: 'fixture-registry-recordings-v1', recordings: list, removed };
  const text = typeof manifest === 'string' ? manifest : JSON.stringify({ ...said, ...manifest });
  const entries = [
    { name: 'manifest.json', bytes: text },
    ...files.map(({ digest, bytes }) => ({ name: `contents/${digest}`, bytes })),
  ].filter(({ name }) => !forged.entries?.some((entry) => entry.name === name));
  const all = [...entries, ...(forged.entries ?? [])];
  return zipByHand(all, forged.claimedEntries ?? all.length);
}
