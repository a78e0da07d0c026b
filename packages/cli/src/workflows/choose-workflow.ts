import type { ExistingWorkflow } from './existing-workflows.js';

/** The workflow that `init` writes. */
export const WORKFLOW_PATH = '.github/workflows/fixtures.yml';

/** What `init` does about the workflow, and why. */
export type WorkflowChoice =
  /** A workflow has a step with the action. */
  | { kind: 'present'; path: string }
  | { kind: 'new'; replaces: boolean }
  /** The user adds the step to a workflow. */
  | { kind: 'step'; path: string | null; testLine: number | null; reason: string }
  /** GitHub Actions does not run here. */
  | { kind: 'other'; host: string };

/**
 * Chooses between a new workflow and a step for one that exists.
 * @param requested `new` or `step` if the user decided; undefined for the default
 * @param force whether a file may be replaced
 */
export function chooseWorkflow(
  workflows: readonly ExistingWorkflow[],
  {
    host,
    runsActions,
    requested,
    force,
  }: {
    host: string | null;
    runsActions: boolean;
    requested: 'new' | 'step' | undefined;
    force: boolean;
  },
): WorkflowChoice {
  const user = workflows.find(({ usesAction }) => usesAction);
  if (user !== undefined) return { kind: 'present', path: user.path };
  if (!runsActions && host !== null) return { kind: 'other', host };
  const tests = workflows.find(({ testLine }) => testLine !== null);
  const isThere = workflows.some(({ path }) => path === WORKFLOW_PATH);
  const step = (reason: string): WorkflowChoice => ({
    ...{ kind: 'step', reason },
    path: tests?.path ?? null,
    testLine: tests?.testLine ?? null,
  });
  if (requested === 'step') return step('it was chosen');
  if (requested === undefined && tests !== undefined) return step(`${tests.path} runs the tests already`);
  if (isThere && !force) return step(`${WORKFLOW_PATH} exists; --force replaces it`);
  return { kind: 'new', replaces: isThere };
}
