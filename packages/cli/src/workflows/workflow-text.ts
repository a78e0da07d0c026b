import { isLoopback } from '@fixture-registry/client/core';
import type { Toolchain } from './test-toolchain.js';

/** What the generated workflow depends on. */
export interface WorkflowChoices {
  /** The action with its version, such as `owner/fixture-registry@v1`. */
  action: string;
  registry: string;
  /** The branch whose pushes are tested. */
  defaultBranch: string;
  toolchain: Toolchain;
  /** The folder in which the tests run, relative to the root; empty for the root. */
  folder: string;
}

/** The permissions that the action needs, and what for. */
export const PERMISSIONS: readonly (readonly [name: string, access: 'read' | 'write', purpose: string])[] = [
  ['id-token', 'write', 'authenticates the run with the registry, without a secret'],
  ['contents', 'read', 'finds the commit that a pull request branched off from'],
  ['pull-requests', 'write', 'comments, and finds the pull requests that a push merged'],
];

/** What a workflow runs where the command of the tests is not known. */
export const UNKNOWN_TEST = 'make test';

/** The text of a workflow that runs the tests with the recordings of the registry. */
export function workflowText(choices: WorkflowChoices): string {
  const { toolchain, folder, defaultBranch } = choices;
  const inFolder =
    folder === '' ? [] : ['    defaults:', '      run:', `        working-directory: ${scalar(folder)}`];
  const setup = toolchain.setup.map((line) => `      ${line}`);
  const test =
    toolchain.test === null
      ? `      - run: ${UNKNOWN_TEST} # replace it with the command that runs your tests`
      : `      - run: ${scalar(toolchain.test)}`;
  return `${[
    'name: Tests',
    'on:',
    '  push:',
    `    branches: [${scalar(defaultBranch)}]`,
    '  pull_request:',
    '',
    ...permissionLines(),
    '',
    'jobs:',
    '  tests:',
    '    runs-on: ubuntu-latest',
    ...inFolder,
    '    steps:',
    '      - uses: actions/checkout@v4',
    ...stepLines(choices).map((line) => `      ${line}`),
    ...setup,
    test,
  ].join('\n')}\n`;
}

/** The step to add to a workflow that exists, before its tests. */
export function stepLines({ action, registry }: Pick<WorkflowChoices, 'action' | 'registry'>): string[] {
  const { protocol, hostname } = new URL(registry);
  const isInsecure = protocol === 'http:' && !isLoopback(hostname);
  return [
    `- uses: ${action}`,
    '  with:',
    `    registry-url: ${scalar(registry)}`,
    ...(isInsecure ? ['    allow-insecure: true # http:// exposes the recordings to the network'] : []),
  ];
}

/** The permissions of the workflow, as its lines. */
export function permissionLines(): string[] {
  return [
    'permissions:',
    ...PERMISSIONS.map(([name, access, purpose]) => `  ${name}: ${access} # ${purpose}`),
  ];
}

/** A text as a YAML scalar: quoted unless it is certainly plain, also within a list. */
function scalar(text: string): string {
  return /^[A-Za-z/.](?:[\w./@=-]|:\/\/|:\d| (?=[\w./-]))*$/.test(text) &&
    !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text)
    ? text
    : JSON.stringify(text);
}
