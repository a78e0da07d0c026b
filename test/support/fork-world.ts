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

/** A world with an open pull request from a fork, and GitHub's artifact service. */
export interface ForkWorld extends AsyncDisposable {
  world: ActionWorld;
  artifacts: ArtifactService;
  /** Pull request 3, from `somebody/fork`. */
  pull: PullRequest;
  /** A job of the first workflow, in a fork's run: without secrets, and with a read-only GitHub token. */
  forkJob(run: WorkflowRunState, inputs?: Record<string, string>): Job;
  /** Runs the second workflow, in the base repository. */
  pushRun(run: WorkflowRunState, inputs?: Record<string, string>): Promise<StepResult>;
  /** Stores a forged artifact. */
  forge(run: WorkflowRunState, forged: Forged, name?: string): RunArtifact;
}

/** The contents of a forged artifact. */
export interface Forged {
  /** The text of the manifest, or fields to add to a valid one. */
  manifest?: Record<string, unknown> | string;
  /** Recordings, each in the manifest and as a content. */
  recordings?: Recorded;
  removed?: string[];
  /** Additional entries, or replacements by name. */
  entries?: ZipEntry[];
  claimedEntries?: number;
}

/**
 * Starts a world with a fork.
 * @param visibility of the repository in the registry
 */
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

/** An artifact in the format of the action, with the forged parts. */
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
