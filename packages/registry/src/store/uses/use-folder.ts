import type { Database } from '../../database/statements/database.js';
import { repositoriesToFold } from './fold-store.js';
import { foldUses } from './fold-uses.js';

/** Folds reported uses after the responses that reported them, one repository at a time. */
export interface UseFolder {
  /** Folds the reports of a repository that are stored now. Rejects when the database fails. */
  fold(repositoryId: number): Promise<void>;
  /** The same in the background: a failure is logged, and the next sweep tries again. */
  foldLater(repositoryId: number): void;
  /** Also folds what a process left that ended, now and every ten minutes, until `stop`. */
  start(): void;
  stop(): Promise<void>;
}

const SWEEP_INTERVAL = 10 * 60_000;

/** Milliseconds, so that the queries of the response come first. The embedded database runs one at a time. */
const DELAY = 250;

/** @param onFailure logs a failure of the background work */
export function makeUseFolder(db: Database, onFailure: (error: unknown) => void): UseFolder {
  /** Repositories whose fold has not begun: it will see all reports that are stored until then. */
  const waiting = new Map<number, Promise<void>>();
  let last: Promise<unknown> = Promise.resolve();
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;

  const fold = (repositoryId: number): Promise<void> => {
    const known = waiting.get(repositoryId);
    if (known) return known;
    const next = last.then(async () => {
      waiting.delete(repositoryId);
      if (!isStopped) await foldUses(db, repositoryId, () => isStopped);
    });
    waiting.set(repositoryId, next);
    last = next.catch(() => null);
    return next;
  };
  const delays = new Map<number, NodeJS.Timeout>();
  const foldLater = (repositoryId: number): void => {
    if (isStopped || delays.has(repositoryId)) return;
    const start = () => {
      delays.delete(repositoryId);
      void fold(repositoryId).catch(onFailure);
    };
    delays.set(repositoryId, setTimeout(start, DELAY).unref());
  };
  const sweep = async () => {
    for (const repositoryId of await repositoriesToFold(db)) foldLater(repositoryId);
  };
  return {
    fold,
    foldLater,
    start: () => {
      void sweep().catch(onFailure);
      timer = setInterval(() => void sweep().catch(onFailure), SWEEP_INTERVAL);
      timer.unref();
    },
    stop: async () => {
      isStopped = true;
      clearInterval(timer);
      for (const delay of delays.values()) clearTimeout(delay);
      await last;
    },
  };
}
