import { describePossibleSecrets, describeUnplayable, withCommas } from '@fixture-registry/client/core';
import type { PushSummary } from '@fixture-registry/client/push';
import { counted } from '../output/describe.js';
import type { WorkflowChoice } from '../workflows/choose-workflow.js';
import type { PlannedFile } from './files/plan-files.js';
import type { Layout } from './layout/detect-layout.js';
import type { NextStep } from './next-steps.js';
import type { FirstPush } from './push/first-push.js';
import type { GitRepository } from './repository/find-repository.js';

/** The result of `fixtures init`, as `--json` prints it. */
export interface InitResult {
  /** Nothing was written or pushed, because it was there already. */
  nothingToDo: boolean;
  dryRun: boolean;
  /** The folder that was set up, relative to the root of the repository; empty for all of it. */
  folder: string;
  /** Where the recordings are. */
  paths: { pattern: string; files: number; formats: string[] }[];
  /** If none was found: folders with files that may be recordings. */
  folders: string[];
  files: { path: string; change: PlannedFile['change']; added: string[] }[];
  workflow: WorkflowChoice;
  push: {
    state: FirstPush['state'];
    branch: string;
    recordings?: number;
    reason?: string;
    formats?: { format: string; count: number }[];
    /** What the registry found in the pushed recordings. */
    notes?: string[];
  };
  /** What is left to do. */
  next: NextStep[];
}

/** Everything that `init` decided and did. */
export interface InitFacts {
  repository: GitRepository;
  layout: Layout;
  files: readonly PlannedFile[];
  workflow: WorkflowChoice;
  push: FirstPush;
  branch: string;
  steps: NextStep[];
  dryRun: boolean;
}

/** The result of these facts. */
export function initResult({
  repository,
  layout,
  files,
  workflow,
  push,
  branch,
  steps,
  dryRun,
}: InitFacts): InitResult {
  return {
    nothingToDo: files.length === 0 && (push.state === 'present' || push.state === 'nothing'),
    ...{ dryRun, workflow, folder: repository.folder },
    paths: layout.patterns.map(({ pattern, files: found, formats }) => ({
      pattern,
      files: found.length,
      formats,
    })),
    folders: layout.patterns.length === 0 ? layout.folders : [],
    files: files.map(({ path, change, added }) => ({ path, change, added })),
    push: { state: push.state, branch, ...pushDetails(push) },
    next: steps,
  };
}

function pushDetails(
  push: FirstPush,
): Pick<InitResult['push'], 'recordings' | 'reason' | 'formats' | 'notes'> {
  switch (push.state) {
    case 'pushed': {
      const { added, changed, unchanged } = push.summary;
      const formats = push.counts?.formats;
      const notes = notesOf(push.summary);
      return { recordings: added + changed + unchanged, ...(formats !== undefined && { formats }), notes };
    }
    case 'present':
    case 'planned':
      return { recordings: push.recordings };
    case 'not pushed':
      return { reason: push.reason };
    case 'nothing':
      return {};
  }
}

/** Maximum files with a problem to list. */
const MAX_PROBLEMS = 20;

function notesOf({ problems, unplayable, possibleSecrets, warnings }: PushSummary): string[] {
  const notes = problems.slice(0, MAX_PROBLEMS).map(({ path, problem }) => `${path}: ${problem}`);
  if (problems.length > MAX_PROBLEMS)
    notes.push(`${problems.length - MAX_PROBLEMS} more files have problems`);
  if (unplayable !== null && unplayable.totalCount > 0) notes.push(describeUnplayable(unplayable));
  if (possibleSecrets !== null && possibleSecrets.totalCount > 0) {
    notes.push(`warning: ${describePossibleSecrets(possibleSecrets)}`);
  }
  return [...notes, ...warnings.map((warning) => `warning: ${warning}`)];
}

/** The result as lines for people. */
export function linesOf(result: InitResult): string[] {
  const { nothingToDo, files, next } = result;
  const lines = nothingToDo ? ['Nothing to do: the repository is set up.'] : [];
  lines.push(...layoutLines(result));
  for (const { path, change, added } of files) {
    const verb = result.dryRun
      ? `would ${change}`
      : { create: 'created', extend: 'extended', replace: 'replaced' }[change];
    lines.push(`${verb} ${path}`);
    if (change === 'extend' || result.dryRun) lines.push(...added.map((line) => `  ${line}`));
  }
  lines.push(pushLine(result), ...(result.push.notes ?? []));
  if (next.length > 0) lines.push('', 'Next:');
  for (const [index, { text, lines: details }] of next.entries()) {
    lines.push('', `${index + 1}. ${text}`);
    if (details.length > 0) lines.push('', ...details.map((line) => (line === '' ? '' : `    ${line}`)));
  }
  return lines;
}

function layoutLines({ paths, folder, folders }: InitResult): string[] {
  const where = folder === '' ? '' : ` in ${folder}`;
  if (paths.length === 0) {
    const none = `no recordings found${where}: the default paths apply`;
    return folders.length === 0
      ? [none]
      : [none, `name others with --paths; folders to consider: ${folders.join(', ')}`];
  }
  return paths.map(({ pattern, files, formats }) => {
    const known = formats.length === 0 ? '' : ` (${formats.join(', ')})`;
    return `${counted(files, 'recording')} at ${pattern}${known}`;
  });
}

function pushLine({ push: { state, branch, recordings = 0, reason, formats } }: InitResult): string {
  switch (state) {
    case 'pushed': {
      const counts = (formats ?? []).map(({ format, count }) => `${withCommas(count)} ${format}`);
      const read = counts.length === 0 ? '' : `; the registry reads ${counts.join(', ')}`;
      return `pushed ${counted(recordings, 'recording')} to ${branch}${read}`;
    }
    case 'present':
      return `the registry has ${counted(recordings, 'recording')} of ${branch}`;
    case 'planned':
      return `would push ${counted(recordings, 'recording')} to ${branch}`;
    case 'nothing':
      return 'there are no recordings to push';
    case 'not pushed':
      return `not pushed: ${reason}`;
  }
}
