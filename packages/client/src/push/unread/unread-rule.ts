import { pathPattern } from '@fixture-registry/protocol';
import { withCommas } from '../../text/with-commas.js';

/** A recording of the default branch that runs do not read. */
export interface UnreadRecording {
  path: string;
  digest: string;
  /** For people: its path, model and last use. */
  words: string;
}

/** What is known of the pull request and of the directory. */
export interface UnreadFacts {
  /** The digest of each recording of the pull request. */
  held: Map<string, string>;
  /** The recordings on disk; `written`: a pull wrote this content. */
  onDisk: Map<string, { written: boolean }>;
  /** Files on disk that cannot be pushed, such as symbolic links, and files that git tracks. */
  fixed: Map<string, string>;
  /** Path patterns of recordings. */
  patterns: readonly string[];
}

export interface UnreadChoice {
  remove: UnreadRecording[];
  kept: { path: string; reason: string }[];
}

/**
 * Chooses which unread recordings a push removes from a pull request: those that it has as the default branch
 * has them, and whose file on disk, if there is one, is what a pull wrote.
 */
export function chooseUnread(unread: UnreadRecording[], facts: UnreadFacts): UnreadChoice {
  const { held, onDisk, fixed } = facts;
  const matchers = facts.patterns.map(pathPattern);
  const choice: UnreadChoice = { remove: [], kept: [] };
  for (const recording of unread) {
    const { path, digest } = recording;
    // A pull request that removed the recording before has nothing to remove.
    if (!held.has(path) || !matchers.some((matcher) => matcher.test(path))) continue;
    const file = onDisk.get(path);
    const reason =
      held.get(path) !== digest
        ? 'the pull request has another version of it'
        : (fixed.get(path) ??
          (file === undefined || file.written ? null : 'the file on disk is not what a pull wrote'));
    if (reason === null) choice.remove.push(recording);
    else choice.kept.push({ path, reason });
  }
  return choice;
}

/** What decides whether a push may remove unread recordings. */
export interface UnreadLimits {
  /** How many recordings of the pull request match the paths. */
  covered: number;
  /** How many of them would be removed. */
  removed: number;
  pullFailed: boolean;
  force: boolean;
  /** The option that removes: `push --prune-unused`. */
  command: string;
  /** The command without these limits: `push --prune-unused=force`. */
  forced: string;
}

/** Why a push must not remove unread recordings, and what to do; null if it may. */
export function refusedRemoval(limits: UnreadLimits): string | null {
  const { covered, removed, pullFailed, force, command, forced } = limits;
  if (removed === 0 || force) return null;
  const override = `To remove them anyway, use ${forced}.`;
  if (pullFailed) {
    return (
      'The last pull to this directory failed, so its files may not be those of the pull request. Pull again, ' +
      `then ${command}. ${override}`
    );
  }
  if (removed * 2 <= covered) return null;
  const all = `${withCommas(covered)} recording${covered === 1 ? '' : 's'}`;
  return (
    `${command} would remove ${withCommas(removed)} of ${all} of the pull request, more than half. Check ` +
    `that the runs of the default branch run all tests. ${override}`
  );
}
