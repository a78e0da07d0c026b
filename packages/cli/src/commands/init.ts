import type { Connection } from '@fixture-registry/client/core';
import { DEFAULT_PATHS } from '@fixture-registry/protocol';
import { type ChosenLayout, chooseLayout } from '../init/choose-layout.js';
import {
  type PlannedFile,
  planIgnore,
  planSettings,
  planWorkflow,
  writeFiles,
} from '../init/files/plan-files.js';
import { nextSteps } from '../init/next-steps.js';
import { type PlannedAction, planAction } from '../init/plan-action.js';
import { openPrompts, type Prompts } from '../init/prompts.js';
import { type FirstPush, firstPush } from '../init/push/first-push.js';
import { trackedRecordings, uncommittedFiles } from '../init/repository/committed.js';
import { findRepository, type GitRepository } from '../init/repository/find-repository.js';
import { initResult, linesOf } from '../init/result.js';
import { given } from '../options/given.js';
import { openConnection, registryOf } from '../options/open-connection.js';
import type { Options } from '../options/options.js';
import { UsageError } from '../options/usage-error.js';
import { openConsole } from '../output/console.js';
import { print } from '../output/describe.js';
import { openProgress } from '../output/progress.js';
import { WORKFLOW_PATH } from '../workflows/choose-workflow.js';
import { workflowText } from '../workflows/workflow-text.js';

interface InitFlags extends Options {
  yes?: boolean;
  dryRun?: boolean;
  force?: boolean;
  paths?: string[];
  workflow?: 'new' | 'step';
  testCommand?: string;
  action: string;
}

/**
 * Runs `fixtures init`: sets up a repository, and says what is left to do.
 * @returns the exit status: 1 if the push of the recordings failed
 * @throws UsageError, LocalError
 */
export async function runInit(options: InitFlags): Promise<number> {
  const dryRun = options.dryRun === true;
  const prompts = options.yes === true || dryRun ? null : await openPrompts();
  const repository = await findRepository(options.directory);
  const registry = await chooseRegistry(options, prompts);
  const flags = { ...options, registry };
  const { layout, isListed } = await chooseLayout(repository, options.paths, prompts);
  const { workflow, choices } = await planAction(repository, layout, flags, prompts);

  const files = planFiles(repository, { layout, isListed }, { workflow, choices });
  const written = await mayWrite(files, prompts);
  if (!written) return 1;
  if (!dryRun) writeFiles(repository.root, files);

  const branch = options.branch ?? repository.branch;
  const patterns = layout.patterns.map(({ pattern }) => pattern);
  const onDisk = layout.patterns.flatMap((pattern) => pattern.files);
  const { push, slug } = await pushFirst(flags, { repository, branch, patterns, onDisk }, prompts);
  const uncommitted = await uncommittedFiles(
    repository.root,
    files.map(({ path }) => path),
    workflow.kind === 'present' ? workflow.path : null,
  );
  const tracked = trackedRecordings(repository.root, patterns);
  const steps = nextSteps({ workflow, choices, push, branch, slug, patterns, tracked, uncommitted });
  const result = initResult({ repository, layout, files, workflow, push, branch, steps, dryRun });
  print(options.json, result, linesOf(result));
  return push.state === 'not pushed' && push.failed ? 1 : 0;
}

async function chooseRegistry(options: InitFlags, prompts: Prompts | null): Promise<string> {
  const isGiven = given(options.registry) ?? given(process.env['FIXTURE_REGISTRY_URL']);
  const registry = isGiven === null && prompts !== null ? await prompts.registry() : options.registry;
  return registryOf({ ...options, ...(registry !== undefined && { registry }) }, process.env).replace(
    /\/+$/,
    '',
  );
}

function planFiles(
  { root }: GitRepository,
  { layout: { patterns }, isListed }: ChosenLayout,
  { workflow, choices }: PlannedAction,
): PlannedFile[] {
  const ignored =
    patterns.length > 0 ? patterns : DEFAULT_PATHS.map((pattern) => ({ pattern, files: [], formats: [] }));
  return [
    planSettings(root, patterns, isListed),
    planIgnore(root, ignored),
    workflow.kind === 'new' ? planWorkflow(root, WORKFLOW_PATH, workflowText(choices)) : null,
  ].filter((file) => file !== null);
}

async function mayWrite(files: readonly PlannedFile[], prompts: Prompts | null): Promise<boolean> {
  if (prompts === null || files.length === 0) return true;
  const names = files.map(({ change, path }) => `${change} ${path}`).join(', ');
  return prompts.confirm(`Write the files? (${names})`);
}

async function pushFirst(
  flags: InitFlags,
  what: { repository: GitRepository; branch: string; patterns: string[]; onDisk: string[] },
  prompts: Prompts | null,
): Promise<{ push: FirstPush; slug: string | null }> {
  const { log, onProgress, clear } = openConsole(await openProgress());
  let connection: Connection;
  try {
    connection = await openConnection({ ...flags, directory: what.repository.root }, log);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { push: { state: 'not pushed', reason: error.message, failed: false }, slug: null };
  }
  const slug = `${connection.repository.owner}/${connection.repository.name}`;
  if (what.patterns.length === 0) return { push: { state: 'nothing' }, slug };
  const message = `Push the recordings of ${what.branch} to ${connection.registry} as ${slug}?`;
  if (prompts !== null && !(await prompts.confirm(message))) {
    return { push: { state: 'not pushed', reason: 'you chose not to', failed: false }, slug };
  }
  const dryRun = flags.dryRun === true;
  const push = await firstPush({ ...what, connection, dryRun, onProgress }).finally(clear);
  return { push, slug };
}
