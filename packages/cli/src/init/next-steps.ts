import { isLoopback } from '@fixture-registry/client/core';
import { expandBraces, pathPattern } from '@fixture-registry/protocol';
import { counted } from '../output/describe.js';
import { WORKFLOW_PATH, type WorkflowChoice } from '../workflows/choose-workflow.js';
import {
  permissionLines,
  stepLines,
  UNKNOWN_TEST,
  type WorkflowChoices,
} from '../workflows/workflow-text.js';
import type { FirstPush } from './push/first-push.js';

/** How commands are written outside of a checkout of this project. */
const CLI = 'npx @fixture-registry/cli';

/** Something that is left for the user. */
export interface NextStep {
  /** A sentence. */
  text: string;
  /** Commands to run, or lines to add to a file. */
  lines: string[];
}

/** What the steps depend on. */
export interface SetUp {
  workflow: WorkflowChoice;
  choices: WorkflowChoices;
  push: FirstPush;
  branch: string;
  /** `owner/name`; null if it is not known. */
  slug: string | null;
  /** The path patterns of the recordings. */
  patterns: readonly string[];
  /** The recordings that git tracks. */
  tracked: readonly string[];
  /** The written files that no commit has. */
  uncommitted: readonly string[];
}

/** What is left to do, in the order in which to do it. */
export function nextSteps(setUp: SetUp): NextStep[] {
  return [
    ...pushSteps(setUp),
    ...workflowSteps(setUp),
    ...untrackSteps(setUp),
    ...commitSteps(setUp),
    ...registrySteps(setUp),
  ];
}

function pushSteps({ push, choices: { registry }, slug, branch }: SetUp): NextStep[] {
  if (push.state !== 'not pushed') return [];
  const repository = slug === null ? ' --repository OWNER/NAME' : ` --repository ${slug}`;
  return [
    {
      text: `Push the recordings of ${branch}, with a token that may write. They were not pushed: ${push.reason}`,
      lines: [
        `${CLI} login --registry ${registry}`,
        `${CLI} push --registry ${registry}${repository} --branch ${branch}`,
      ],
    },
  ];
}

function workflowSteps({ workflow, choices }: SetUp): NextStep[] {
  if (workflow.kind === 'present') return [];
  if (workflow.kind === 'other') {
    return [
      {
        text:
          `GitHub Actions does not run on ${workflow.host}. Run these commands in your CI, before and after ` +
          'the tests, with FIXTURE_REGISTRY_URL and FIXTURE_REGISTRY_TOKEN in the environment.',
        lines: [`${CLI} pull`, `${CLI} push`],
      },
    ];
  }
  const steps: NextStep[] = [];
  if (workflow.kind === 'step') {
    const where = workflow.path ?? 'the workflow that runs your tests';
    const before =
      workflow.testLine === null
        ? 'before the tests'
        : `before line ${workflow.testLine}, which runs the tests`;
    steps.push({
      text: `Add the step to ${where}, ${before}, and the permissions to the workflow (${workflow.reason}).`,
      lines: [...stepLines(choices), '', ...permissionLines()],
    });
  } else if (choices.toolchain.test === null) {
    steps.push({
      text: `Replace \`${UNKNOWN_TEST}\` in ${WORKFLOW_PATH} with the command that runs your tests.`,
      lines: [],
    });
  }
  return steps;
}

function untrackSteps({ tracked, patterns, push }: SetUp): NextStep[] {
  if (tracked.length === 0) return [];
  const specs = patterns
    .flatMap((pattern) => expandBraces(pattern) ?? [])
    .filter((pattern) => tracked.some((path) => pathPattern(pattern).test(path)))
    .map((pattern) => `":(glob)${pattern}"`);
  const first = push.state === 'not pushed' ? 'After the push, remove' : 'Remove';
  return [
    {
      text: `${first} the ${counted(tracked.length, 'recording')} from git. They stay on disk.`,
      lines: [`git rm -r --cached --quiet -- ${specs.join(' ')}`],
    },
  ];
}

function commitSteps({ uncommitted, tracked }: SetUp): NextStep[] {
  if (uncommitted.length === 0 && tracked.length === 0) return [];
  const add = uncommitted.length === 0 ? [] : [`git add -- ${uncommitted.join(' ')}`];
  const lines = [...add, 'git commit -m "Keep recordings in Fixture Registry"'];
  return [{ text: 'Commit.', lines }];
}

function registrySteps({ workflow, choices: { registry }, slug, uncommitted }: SetUp): NextStep[] {
  if (workflow.kind === 'other' || uncommitted.length === 0) return [];
  const steps: NextStep[] = [];
  if (isLoopback(new URL(registry).hostname)) {
    steps.push({
      text: `Workflows cannot reach ${registry}: in the workflow, use an address that GitHub's runners reach.`,
      lines: [],
    });
  }
  const owner = slug === null ? 'OWNER' : slug.split('/')[0];
  steps.push({
    text: 'Allow the workflows in the environment of the registry, unless they are allowed, and check the set-up.',
    lines: [`FIXTURE_REGISTRY_OIDC_ALLOW=${owner}`, `${CLI} doctor --registry ${registry}`],
  });
  return steps;
}
