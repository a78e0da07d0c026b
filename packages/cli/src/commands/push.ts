import {
  defaultBranch,
  describePossibleSecrets,
  describeUnplayable,
  POSSIBLE_SECRETS_HINT,
  type PossibleSecrets,
  possibleSecretPlaces,
  type Target,
} from '@fixture-registry/client/core';
import { type PushOptions, type PushSummary, push } from '@fixture-registry/client/push';
import { candidatesFor, chooseCommit, chooseRef } from '../options/choose-target.js';
import { openConnection, requireToken } from '../options/open-connection.js';
import type { Options } from '../options/options.js';
import { UsageError } from '../options/usage-error.js';
import { openConsole } from '../output/console.js';
import { counted, countsOf, describeSnapshot, print } from '../output/describe.js';
import { type Folding, folded } from '../output/folded.js';
import { openProgress } from '../output/progress.js';

interface PushFlags extends Options {
  paths?: string[];
  prune?: 'true' | 'force';
  pruneUnused?: 'true' | 'force';
  days?: number;
  redact?: boolean;
  baseline?: string;
  defaultBranch?: string;
}

/** Runs `fixtures push`. @throws UsageError, LocalError, RegistryError */
export async function runPush(options: PushFlags): Promise<void> {
  const { directory, paths, prune, pruneUnused, days, redact, baseline } = options;
  if (pruneUnused === undefined && days !== undefined) {
    throw new UsageError('--days is for --prune-unused: use them together');
  }
  const unread = pruneUnused === undefined ? null : await unreadOptions(options, pruneUnused);
  const { log, onProgress, clear } = openConsole(await openProgress());
  const connection = await openConnection(options, log);
  requireToken(connection, 'push');
  const target = await chooseRef(connection, options, options.defaultBranch);
  const [commit, branchOfClone, candidates] = await Promise.all([
    chooseCommit(options),
    defaultBranch(directory),
    'pullRequest' in target ? candidatesFor(directory, target) : [],
  ]);
  const summary = await push(connection, {
    ...{ directory, target, onProgress },
    ...(commit !== null && { commit }),
    ...defaultBranchOptions(options.defaultBranch, branchOfClone),
    ...(candidates.length > 0 && { candidates }),
    ...(baseline !== undefined && { baseline }),
    ...(paths !== undefined && { paths }),
    ...(prune !== undefined && { prune: prune === 'force' ? 'force' : true }),
    ...(unread !== null && { unread }),
    ...(redact !== undefined && { redact }),
  }).finally(clear);
  const misnamed = unknownBase(target, summary);
  if (misnamed !== null) log(`warning: ${misnamed}`);
  for (const warning of summary.warnings) log(`warning: ${warning}`);
  print(options.json, summary, await linesOf(summary, options));
}

/** What `--prune-unused` removes. Loaded only on demand, so that other pushes start faster. @throws UsageError */
async function unreadOptions(
  options: PushFlags,
  mode: 'true' | 'force',
): Promise<NonNullable<PushOptions['unread']>> {
  const { requirePullRequest } = await import('../options/require-pull-request.js');
  requirePullRequest(options, '--prune-unused');
  const { DEFAULT_UNUSED_DAYS } = await import('@fixture-registry/client/unused');
  return { what: 'unused', days: options.days ?? DEFAULT_UNUSED_DAYS, force: mode === 'force' };
}

/**
 * A warning for a base branch without recordings. Not an error: the base of the first pull requests
 * of a repository has none.
 */
function unknownBase(target: Target, { baseline }: PushSummary): string | null {
  if (!('pullRequest' in target) || target.base === undefined || baseline === null) return null;
  if (baseline.branch === target.base) return null;
  const compared = `compared with ${describeSnapshot(baseline)}`;
  return `the registry has no recordings of --base ${target.base}: ${compared}`;
}

/**
 * `--default-branch` sets the default branch. The one of the clone may be outdated, so it is only a
 * hint.
 */
function defaultBranchOptions(requested: string | undefined, ofClone: string | null) {
  if (requested !== undefined) return { defaultBranch: requested, setDefaultBranch: true };
  return ofClone === null ? {} : { defaultBranch: ofClone };
}

async function linesOf(summary: PushSummary, folding: Folding): Promise<string[]> {
  const { snapshot, added, changed, removed, unchanged, uploaded, baseline, baselineReason } = summary;
  const changes = countsOf({ added, changed, removed }, 'nothing changed');
  const lines = [
    describeSnapshot(snapshot),
    `${changes}; ${counted(unchanged, 'recording')} unchanged, ${counted(uploaded, 'content')} uploaded`,
  ];
  if (baseline !== null && baseline.id !== snapshot.id) {
    lines.push(`baseline: ${describeSnapshot(baseline)} (${baselineReason})`);
  }
  const unread = new Set(summary.unread?.removed.map(({ path }) => path));
  lines.push(
    ...folded(
      summary.removedPaths.filter((path) => !unread.has(path)).map((path) => `removed ${path}`),
      folding,
    ),
  );
  if (summary.unread !== undefined) {
    const { unreadLines } = await import('../output/unread-lines.js');
    lines.push(...unreadLines(summary.unread, folding));
  }
  lines.push(...folded(redactedLines(summary), folding, '  '));
  lines.push(
    ...folded(
      summary.problems.map(({ path, problem }) => `${path}: ${problem}`),
      folding,
    ),
  );
  if (summary.unplayable?.totalCount) lines.push(describeUnplayable(summary.unplayable));
  if (summary.possibleSecrets?.totalCount) lines.push(...possibleSecretLines(summary.possibleSecrets));
  if (summary.defaultBranchChange !== null) lines.push(summary.defaultBranchChange);
  for (const warning of summary.warnings) lines.push(`warning: ${warning}`);
  return lines;
}

function possibleSecretLines(possible: PossibleSecrets): string[] {
  const places = possibleSecretPlaces(possible).map((line) => `  ${line}`);
  return [`warning: ${describePossibleSecrets(possible)}`, ...places, `  ${POSSIBLE_SECRETS_HINT}`];
}

function redactedLines({ redacted }: PushSummary): string[] {
  return redacted.flatMap(({ path, replacements }) => [
    `${path}: redacted`,
    ...replacements.map(({ kind, place, placeholder }) => `  ${kind} at ${place} is now ${placeholder}`),
  ]);
}
