import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  committedFiles,
  equalsCommit,
  exportCommit,
  probeRegistry,
  readPathPatterns,
  recordingPlaces,
} from '@fixture-registry/client/checkout';
import {
  type Connection,
  commitId,
  LocalError,
  type OnProgress,
  RegistryError,
} from '@fixture-registry/client/core';
import { type PushSummary, push } from '@fixture-registry/client/push';
import { type FormatCounts, formatCounts, recordingCount } from '../../formats/format-counts.js';
import type { GitRepository } from '../repository/find-repository.js';

/** What became of the first push. */
export type FirstPush =
  | { state: 'pushed'; summary: PushSummary; counts: FormatCounts | null }
  /** The branch has recordings in the registry, which may be newer than those in git. */
  | { state: 'present'; recordings: number }
  /** Neither git nor the disk has recordings. */
  | { state: 'nothing' }
  /** A dry run would push. */
  | { state: 'planned'; recordings: number }
  | {
      state: 'not pushed';
      reason: string;
      /** Whether the push itself failed; false if there is no registry or permission yet. */
      failed: boolean;
    };

/** What to push, and where. */
export interface FirstPushOptions {
  connection: Connection;
  repository: GitRepository;
  branch: string;
  /** The path patterns of recordings. */
  patterns: string[];
  /** The recordings on disk. */
  onDisk: string[];
  dryRun: boolean;
  onProgress: OnProgress;
}

/** Codes that mean that there is no registry, or no permission there, yet. */
const LATER = new Set(['UNREACHABLE', 'UNAVAILABLE', 'UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND']);

/**
 * Pushes the recordings that git holds on the default branch, unless the registry has recordings of
 * that branch. If git holds none, pushes those on disk.
 */
export async function firstPush(options: FirstPushOptions): Promise<FirstPush> {
  const { connection, branch, dryRun } = options;
  try {
    // Fails at once where a push would retry for half a minute.
    const { ready, reasons } = await probeRegistry(connection);
    if (!ready) return later(`the registry is not ready: ${reasons.join('; ')}`);
    if (connection.token === null) return later('there is no token for the registry');
    const recordings = await recordingCount(connection, branch);
    if (recordings !== null) return { state: 'present', recordings };
    const source = await findSource(options);
    if (source.paths.length === 0) return { state: 'nothing' };
    if (dryRun) return { state: 'planned', recordings: source.paths.length };
    const summary = await pushSource(options, source);
    return { state: 'pushed', summary, counts: await formatCounts(connection, branch).catch(() => null) };
  } catch (error) {
    if (!(error instanceof RegistryError) && !(error instanceof LocalError)) throw error;
    const failed = !(error instanceof RegistryError && LATER.has(error.code));
    return { state: 'not pushed', reason: error.message, failed };
  }
}

function later(reason: string): FirstPush {
  return { state: 'not pushed', reason, failed: false };
}

interface Source {
  paths: string[];
  commit: string | null;
  /** Whether the files on disk are not those of the commit, so that they must be exported. */
  mustExport: boolean;
}

async function findSource({ repository, branch, patterns, onDisk }: FirstPushOptions): Promise<Source> {
  const { root } = repository;
  const isCheckedOut = branch === repository.currentBranch;
  const commit = isCheckedOut
    ? await commitId(root, 'HEAD')
    : ((await commitId(root, `refs/remotes/origin/${branch}`)) ??
      (await commitId(root, `refs/heads/${branch}`)));
  const refusal = recordingPlaces(readPathPatterns(patterns, null));
  const held = commit === null ? [] : committedFiles(root, commit).filter((path) => refusal(path) === null);
  if (commit === null || held.length === 0) return { paths: onDisk, commit, mustExport: false };
  const isHeld = new Set(held);
  const isSame = onDisk.every((path) => isHeld.has(path)) && equalsCommit(root, commit, held);
  return { paths: held, commit, mustExport: !isSame };
}

async function pushSource(options: FirstPushOptions, source: Source): Promise<PushSummary> {
  const { connection, repository, branch, patterns, onProgress } = options;
  const { root } = repository;
  const temporary = source.mustExport ? mkdtempSync(join(tmpdir(), 'fixtures-init-')) : null;
  try {
    if (temporary !== null && source.commit !== null)
      exportCommit(root, source.commit, source.paths, temporary);
    return await push(connection, {
      ...{ directory: temporary ?? root, target: { branch }, paths: patterns, onProgress },
      // Only a hint: the registry follows it for the first push of an admin.
      defaultBranch: branch,
      ...(source.commit !== null && { commit: source.commit }),
    });
  } finally {
    if (temporary !== null) rmSync(temporary, { recursive: true, force: true });
  }
}
