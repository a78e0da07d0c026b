import { databaseFailureOf } from '../../database/statements/database-failure.js';
import { recordAudit } from '../../trust/audit/audit-store.js';
import type { Caller } from '../../trust/identity/caller.js';
import type { ContentSource } from '../contents/load-contents.js';
import { acquireLease, type Lease } from './lease-store.js';
import { removeOldEvents } from './remove-old-rows.js';
import { addRemoved, describeRemoved, NOTHING, type Removed } from './removed.js';
import { tidyRepository } from './repository-steps.js';
import { type KeptRepository, repositoriesAfter, retentionOf } from './retention-of.js';
import { type RoundLimits, type RunningRound, startRound } from './round-work.js';
import { type SweepPosition, sweepRepository } from './sweep.js';

/** The name of the lease. */
const LEASE = 'retention';

/** Milliseconds from the start of one sweep through all tables to the next. */
const SWEEP_EVERY = 24 * 3_600_000;

/** Days for which events without a repository stay: they have no settings. */
const EVENTS_WITHOUT_REPOSITORY = 400;

/** The bounds of a round within `serve`. */
export const ROUND_LIMITS: RoundLimits = {
  seconds: 10,
  bytes: 64 * 1024 * 1024,
  pause: 50,
  lockTimeout: 2_000,
};

/** Where the next round continues. All times in milliseconds since 1970. */
interface Progress {
  /** The id of the last repository that was complete; 0: the next round starts with the first one. */
  after: number;
  /** The sweep in progress. */
  sweep: (SweepPosition & { repositoryId: number }) | null;
  /** When the newest sweep started; 0: never. */
  sweptAt: number;
  /** When the next round is due: several processes share it. */
  dueAt: number;
}

const START: Progress = { after: 0, sweep: null, sweptAt: 0, dueAt: 0 };

export interface RoundOptions {
  /** An id of the caller, for the lease. */
  holder: string;
  limits: RoundLimits;
  /** Does a round although none is due, and sweeps although the last sweep was today. */
  isForced: boolean;
  /** Whether the round repacks blocks and looks for lost objects. */
  repacks: boolean;
  /** Milliseconds until the next round, when nothing is left. */
  interval: number;
  /** Ends the round after its current step. */
  stopping: AbortSignal | null;
}

/** What a round did. */
export interface RoundResult {
  removed: Removed;
  /** Whether work is left, so that the next round should come soon. */
  isLeft: boolean;
  /** Whether work is left because pushes kept a repository busy. */
  isBusy: boolean;
  /** Repositories whose settings cannot be read; everything in them was kept. */
  unreadable: { name: string; problems: string[] }[];
  /** Repositories that failed; the round continued with the others. */
  failures: { name: string; error: unknown }[];
  seconds: number;
}

/**
 * Does one bounded round of upkeep: removes what the settings of the repositories no longer keep.
 * @returns null when another process does a round, or when none is due
 */
export async function runRound(source: ContentSource, options: RoundOptions): Promise<RoundResult | null> {
  const started = performance.now();
  const lease = await acquireLease<Progress>(source.db, LEASE, options.holder);
  if (lease === null) return null;
  const progress: Progress = { ...START, ...lease.progress };
  if (!options.isForced && progress.dueAt > Date.now()) {
    await lease.release(progress);
    return null;
  }
  const { limits, repacks, stopping } = options;
  const round = startRound(source, lease, limits, { repacks, stopping });
  const result: RoundResult = {
    removed: { ...NOTHING },
    isLeft: false,
    isBusy: false,
    unreadable: [],
    failures: [],
    seconds: 0,
  };
  const isTidy = await tidyAll(round, progress, result);
  if (isTidy) await sweepAll(round, progress, result, options.isForced);
  await takeOver(round, null, result);
  result.isLeft = !isTidy || progress.sweep !== null || round.wasBusy || round.budget.exhausted;
  result.isBusy = round.wasBusy;
  progress.dueAt = Date.now() + (result.isLeft ? 0 : options.interval);
  await endRound(lease, round, progress);
  result.seconds = (performance.now() - started) / 1_000;
  return result;
}

/** A lost lease belongs to another process, and so does the progress. */
async function endRound(lease: Lease<Progress>, round: RunningRound, progress: Progress): Promise<void> {
  if (!round.isLost) await lease.release(progress);
}

/** @returns whether all repositories are complete */
async function tidyAll(round: RunningRound, progress: Progress, result: RoundResult): Promise<boolean> {
  const { db } = round.source;
  if (progress.after === 0 && (await round.mayContinue())) {
    round.add({ events: await removeOldEvents(db, 0, EVENTS_WITHOUT_REPOSITORY) });
    await takeOver(round, null, result);
  }
  for (const id of await repositoriesAfter(db, progress.after)) {
    const isComplete = await within(round, id, result, (repository) => tidyRepository(round, repository));
    if (isComplete === false) return false;
    progress.after = id;
  }
  progress.after = 0;
  return true;
}

/** Starts or continues the sweep through all repositories, at most once a day unless it is forced. */
async function sweepAll(
  round: RunningRound,
  progress: Progress,
  result: RoundResult,
  isForced: boolean,
): Promise<void> {
  if (progress.sweep === null) {
    if (!isForced && progress.sweptAt + SWEEP_EVERY > Date.now()) return;
    progress.sweptAt = Date.now();
  }
  const first = progress.sweep;
  for (const id of await repositoriesAfter(round.source.db, (first?.repositoryId ?? 1) - 1)) {
    const from = first?.repositoryId === id ? first : null;
    const next = await within(round, id, result, (repository) => sweepRepository(round, repository, from));
    progress.sweep = next ? { ...next, repositoryId: id } : null;
    if (next) return;
  }
  progress.sweep = null;
}

/**
 * Does a part of the work of a repository. A failure, for example of the bucket, does not keep the others waiting.
 * @returns null after a failure, or when the repository is gone
 */
async function within<Done>(
  round: RunningRound,
  id: number,
  result: RoundResult,
  work: (repository: KeptRepository) => Promise<Done>,
): Promise<Done | null> {
  let name = String(id);
  let repository: KeptRepository | null = null;
  try {
    repository = await retentionOf(round.source.db, id);
    if (repository === null) return null;
    ({ name } = repository);
    const { problems } = repository;
    if (problems.length > 0 && !result.unreadable.some((each) => each.name === name)) {
      result.unreadable.push({ name, problems });
    }
    return await work(repository);
  } catch (error) {
    if (databaseFailureOf(error)?.fault === 'busy') round.isBusy();
    else result.failures.push({ name, error });
    return null;
  } finally {
    await takeOver(round, repository, result);
  }
}

const UPKEEP: Caller = {
  identity: { who: 'upkeep', actor: null, run: null, grants: [] },
  address: null,
  requestId: null,
};

/** Adds what was removed to the result, and to the audit log. */
async function takeOver(
  round: RunningRound,
  repository: KeptRepository | null,
  result: RoundResult,
): Promise<void> {
  const removed = round.takeRemoved();
  addRemoved(result.removed, removed);
  const words = describeRemoved(removed);
  if (words === null) return;
  await recordAudit(round.source.db, {
    repositoryId: repository?.id ?? 0,
    by: UPKEEP,
    action: 'retention',
    target: repository?.name ?? null,
    outcome: 'DONE',
    detail: `removed ${words}`,
  });
}
