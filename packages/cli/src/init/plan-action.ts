import { join } from 'node:path';
import { chooseWorkflow, WORKFLOW_PATH, type WorkflowChoice } from '../workflows/choose-workflow.js';
import { existingWorkflows } from '../workflows/existing-workflows.js';
import { findToolchain } from '../workflows/test-toolchain.js';
import type { WorkflowChoices } from '../workflows/workflow-text.js';
import type { Layout } from './layout/detect-layout.js';
import type { Prompts } from './prompts.js';
import { type GitRepository, mayRunActions } from './repository/find-repository.js';

/** The options that decide about the workflow. */
export interface ActionFlags {
  registry: string;
  action: string;
  workflow?: 'new' | 'step';
  testCommand?: string;
  force?: boolean;
}

/** Where the action runs, and what a new workflow contains. */
export interface PlannedAction {
  workflow: WorkflowChoice;
  choices: WorkflowChoices;
}

/** Decides how the workflows of the repository use the action. */
export async function planAction(
  repository: GitRepository,
  { patterns }: Layout,
  flags: ActionFlags,
  prompts: Prompts | null,
): Promise<PlannedAction> {
  const { root, folder, branch } = repository;
  const workflow = await workflowFor(repository, flags, prompts);
  const formats = patterns.flatMap((pattern) => pattern.formats);
  const toolchain = findToolchain(join(root, folder), formats);
  let test = flags.testCommand ?? toolchain.test;
  if (prompts !== null && workflow.kind === 'new' && flags.testCommand === undefined) {
    test = await prompts.testCommand(test);
  }
  const { registry, action } = flags;
  const choices = { action, registry, defaultBranch: branch, folder, toolchain: { ...toolchain, test } };
  return { workflow, choices };
}

async function workflowFor(
  { root, host }: GitRepository,
  flags: ActionFlags,
  prompts: Prompts | null,
): Promise<WorkflowChoice> {
  const workflows = existingWorkflows(root);
  const runsActions = mayRunActions(host);
  const facts = { host, runsActions, requested: flags.workflow, force: flags.force === true };
  const byDefault = chooseWorkflow(workflows, facts);
  const isOpen = byDefault.kind === 'new' || byDefault.kind === 'step';
  if (prompts === null || !isOpen || flags.workflow !== undefined || workflows.length === 0) return byDefault;
  const requested = await prompts.workflow(byDefault.kind, byDefault.kind === 'step' ? byDefault.path : null);
  const exists = workflows.some(({ path }) => path === WORKFLOW_PATH);
  const force =
    facts.force ||
    (requested === 'new' && exists && (await prompts.confirm(`${WORKFLOW_PATH} exists. Replace it?`)));
  return chooseWorkflow(workflows, { ...facts, requested, force });
}
