import {
  committedFiles,
  equalsCommit,
  indexedFiles,
  readPathPatterns,
  recordingPlaces,
} from '@fixture-registry/client/checkout';
import { type Connection, headCommit } from '@fixture-registry/client/core';
import { DEFAULT_PATHS } from '@fixture-registry/protocol';
import { chooseWorkflow, WORKFLOW_PATH, type WorkflowChoice } from '../init/files/choose-workflow.js';
import { existingWorkflows } from '../init/files/existing-workflows.js';
import {
  type PlannedFile,
  patternsOfSettings,
  planIgnore,
  planSettings,
  planWorkflow,
  writeFiles,
} from '../init/files/plan-files.js';
import { findToolchain } from '../init/files/test-toolchain.js';
import { type WorkflowChoices, workflowText } from '../init/files/workflow-text.js';
import { findRepository, type GitRepository, mayRunActions } from '../init/find-repository.js';
import { detectLayout, type Layout, layoutOf } from '../init/layout/detect-layout.js';
import { nextSteps } from '../init/next-steps.js';
import { openPrompts, type Prompts } from '../init/prompts.js';
import { type FirstPush, firstPush } from '../init/push/first-push.js';
import { initResult, linesOf } from '../init/result.js';
import { openConnection } from '../options/open-connection.js';
import type { Options } from '../options/options.js';
import { UsageError } from '../options/usage-error.js';
import { openConsole } from '../output/console.js';
import { print } from '../output/describe.js';

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
  const repository = await findRepository(options.directory);
  const asks = options.yes !== true && options.dryRun !== true;
  const prompts = asks ? await openPrompts() : null;
  const registry = await chooseRegistry(options, prompts);
  const { layout, isListed } = await chooseLayout(repository, options, prompts);
  const { workflow, choices } = await planAction(repository, layout, { ...options, registry }, prompts);

  const files = planFiles(repository, layout, { isListed, workflow, choices });
  if (prompts !== null && files.length > 0) {
    const names = files.map(({ change, path }) => `${change} ${path}`).join(', ');
    if (!(await prompts.confirm(`Write the files? (${names})`))) return 1;
  }
  if (options.dryRun !== true) writeFiles(repository.root, files);

  const branch = options.branch ?? repository.branch;
  const push = await pushFirst({ ...options, registry }, { repository, branch, layout, prompts });
  const patterns = layout.patterns.map(({ pattern }) => pattern);
  const steps = nextSteps({
    ...{ workflow, choices, workflowPath: WORKFLOW_PATH, push: push.push, branch, slug: push.slug },
    ...{ registry, patterns, tracked: trackedRecordings(repository.root, patterns) },
    uncommitted: await uncommittedFiles(repository.root, files, workflow),
  });
  const dryRun = options.dryRun === true;
  const result = initResult({ repository, layout, files, workflow, push: push.push, branch, steps, dryRun });
  print(options.json, result, linesOf(result));
  return push.push.state === 'not pushed' && push.push.failed ? 1 : 0;
}

async function chooseRegistry(options: InitFlags, prompts: Prompts | null): Promise<string> {
  const registry = (options.registry ?? process.env['FIXTURE_REGISTRY_URL'] ?? '').trim();
  const chosen = registry === '' && prompts !== null ? await prompts.registry() : registry;
  if (chosen === '') throw new UsageError('no registry: use --registry URL, or set FIXTURE_REGISTRY_URL');
  if (!URL.canParse(chosen) || !/^https?:/i.test(chosen)) {
    throw new UsageError('--registry is not an address such as https://fixtures.example.com');
  }
  return chosen.replace(/\/+$/, '');
}

/** `--paths`, else the list of the settings file, else what is found on disk. */
async function chooseLayout(
  { root, folder }: GitRepository,
  options: InitFlags,
  prompts: Prompts | null,
): Promise<{ layout: Layout; isListed: boolean }> {
  const listed = await patternsOfSettings(root);
  if (options.paths !== undefined) {
    if (listed !== null && listed.join('\n') !== options.paths.join('\n')) {
      throw new UsageError(
        '.github/fixtures.yml lists the paths of the recordings already: change them there, and leave out --paths',
      );
    }
    return { layout: layoutOf(root, options.paths), isListed: listed !== null };
  }
  if (listed !== null) return { layout: layoutOf(root, listed), isListed: true };
  const layout = detectLayout(root, folder);
  if (prompts === null) return { layout, isListed: false };
  const chosen = await prompts.patterns(layout.patterns);
  return { layout: chosen.length === 0 ? layout : layoutOf(root, chosen), isListed: false };
}

async function planAction(
  { root, folder, host, branch }: GitRepository,
  layout: Layout,
  options: InitFlags & { registry: string },
  prompts: Prompts | null,
): Promise<{ workflow: WorkflowChoice; choices: WorkflowChoices }> {
  const workflows = existingWorkflows(root);
  const facts = {
    host,
    runsActions: mayRunActions(host),
    wish: options.workflow,
    force: options.force === true,
  };
  let workflow = chooseWorkflow(workflows, facts);
  const canChoose = workflow.kind === 'new' || workflow.kind === 'step';
  if (prompts !== null && options.workflow === undefined && canChoose && workflows.length > 0) {
    const testsIn = workflow.kind === 'step' ? workflow.path : null;
    const wish = await prompts.workflow(workflow.kind === 'step' ? 'step' : 'new', testsIn);
    const force = facts.force || (wish === 'new' && (await mayReplace(workflows, prompts)));
    workflow = chooseWorkflow(workflows, { ...facts, wish, force });
  }
  const toolchain = findToolchain(
    `${root}/${folder}`,
    layout.patterns.flatMap(({ formats }) => formats),
  );
  let test = options.testCommand ?? toolchain.test;
  if (prompts !== null && workflow.kind === 'new' && options.testCommand === undefined) {
    test = await prompts.testCommand(test);
  }
  const { registry, action } = options;
  const allowInsecure = /^http:\/\//i.test(registry);
  const choices = {
    action,
    registry,
    allowInsecure,
    defaultBranch: branch,
    folder,
    toolchain: { ...toolchain, test },
  };
  return { workflow, choices };
}

async function mayReplace(workflows: readonly { path: string }[], prompts: Prompts): Promise<boolean> {
  if (!workflows.some(({ path }) => path === WORKFLOW_PATH)) return false;
  return prompts.confirm(`${WORKFLOW_PATH} exists. Replace it?`);
}

function planFiles(
  { root }: GitRepository,
  { patterns }: Layout,
  { isListed, workflow, choices }: { isListed: boolean; workflow: WorkflowChoice; choices: WorkflowChoices },
): PlannedFile[] {
  const ignored =
    patterns.length > 0 ? patterns : DEFAULT_PATHS.map((pattern) => ({ pattern, files: [], formats: [] }));
  return [
    planSettings(root, patterns, isListed),
    planIgnore(root, ignored),
    workflow.kind === 'new' ? planWorkflow(root, WORKFLOW_PATH, workflowText(choices)) : null,
  ].filter((file) => file !== null);
}

async function pushFirst(
  options: InitFlags & { registry: string },
  {
    repository,
    branch,
    layout,
    prompts,
  }: { repository: GitRepository; branch: string; layout: Layout; prompts: Prompts | null },
): Promise<{ push: FirstPush; slug: string | null }> {
  const { log, onProgress, clear } = openConsole();
  let connection: Connection;
  try {
    connection = await openConnection({ ...options, directory: repository.root }, log);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { push: { state: 'not pushed', reason: error.message, failed: false }, slug: null };
  }
  const slug = `${connection.repository.owner}/${connection.repository.name}`;
  const patterns = layout.patterns.map(({ pattern }) => pattern);
  const onDisk = layout.patterns.flatMap(({ files }) => files);
  if (patterns.length === 0) return { push: { state: 'nothing' }, slug };
  const wanted =
    prompts === null ||
    (await prompts.confirm(`Push the recordings of ${branch} to ${options.registry} as ${slug}?`));
  if (!wanted) return { push: { state: 'not pushed', reason: 'you chose not to', failed: false }, slug };
  const dryRun = options.dryRun === true;
  const push = await firstPush({
    connection,
    repository,
    branch,
    patterns,
    onDisk,
    dryRun,
    onProgress,
  }).finally(clear);
  return { push, slug };
}

function trackedRecordings(root: string, patterns: readonly string[]): string[] {
  if (patterns.length === 0) return [];
  const refusal = recordingPlaces(readPathPatterns(patterns, null));
  return indexedFiles(root).filter((path) => refusal(path) === null);
}

/** The files of the set-up that the commit that is checked out lacks. */
async function uncommittedFiles(
  root: string,
  files: readonly PlannedFile[],
  workflow: WorkflowChoice,
): Promise<string[]> {
  const paths = new Set(['.github/fixtures.yml', '.gitignore', ...files.map(({ path }) => path)]);
  if (workflow.kind === 'present') paths.add(workflow.path);
  const commit = await headCommit(root);
  const committed = new Set(commit === null ? [] : committedFiles(root, commit));
  const isNew = new Set(files.map(({ path }) => path));
  return [...paths]
    .filter(
      (path) =>
        isNew.has(path) || !committed.has(path) || (commit !== null && !equalsCommit(root, commit, [path])),
    )
    .sort();
}
