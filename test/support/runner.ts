import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { makeTemporaryFolder, removeTemporaryFolder, startProcess } from './clean-up.js';
import type { JobEvent } from './github-events.js';
import { type Annotation, parseAnnotations, parseMasks, parseVariables } from './runner-files.js';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** The result of one process of the action. */
export interface StepResult {
  exitCode: number | null;
  stdout: string;
  stderr: string;
  outputs: Record<string, string>;
  /** Environment variables for later steps. */
  env: Record<string, string>;
  /** State that the runner saves for the post step. */
  state: Record<string, string>;
  /** The markdown of the job summary. */
  summary: string;
  annotations: Annotation[];
  masks: string[];
}

export interface JobOptions {
  /** The inputs under `with:` of the workflow; the defaults come from action.yml. */
  inputs: Record<string, string>;
  event: JobEvent;
  repository: { owner: string; name: string };
  githubApiUrl: string;
  githubToken: string;
  /** The checkout; by default an empty folder that is removed with the job. */
  workspace?: string;
  /** Further variables of the runner, such as the URL of the artifact service. */
  environment?: Record<string, string>;
  /** The node that runs the action; by default that of the tests. */
  node?: string;
  /** The position of the job in its matrix; by default the job has none. */
  matrix?: { index: number; total: number };
  /** The status that steps before the action left; by default it has succeeded. */
  failed?: boolean;
}

/** One job with the action as a step. `await using job = startJob({…})`. */
export interface Job extends AsyncDisposable {
  workspace: string;
  main(): Promise<StepResult>;
  /**
   * Runs the post step; null when its condition skips it.
   * @param testsPassed whether the steps between succeeded
   */
  post(testsPassed?: boolean): Promise<StepResult | null>;
}

interface ActionFile {
  inputs: Record<string, { default?: string; required?: boolean }>;
  runs: { using: string; main: string; post: string; 'post-if': string };
}

/**
 * Runs the committed bundle as GitHub's runner does: in a new process with a clean environment and the
 * runner's files.
 */
export function startJob(options: JobOptions): Job {
  const action = parse(readFileSync(path.join(root, 'action.yml'), 'utf8')) as ActionFile;
  const temp = makeTemporaryFolder('fixture-runner-');
  const workspace = options.workspace ?? path.join(temp, 'workspace');
  mkdirSync(workspace, { recursive: true });
  let state: Record<string, string> = {};
  let exported: Record<string, string> = {};
  let failed = options.failed ?? false;

  const step = async (entry: string): Promise<StepResult> => {
    const folder = mkdtempSync(path.join(temp, 'step-'));
    const files = runnerFiles(folder, options.event);
    const env = {
      ...exported,
      ...environment(options, workspace, temp),
      ...options.environment,
      ...files,
      ...inputVariables(action, options, failed),
      ...Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value])),
    };
    const { exitCode, stdout, stderr } = await run(
      options.node ?? process.execPath,
      path.join(root, entry),
      env,
    );
    state = { ...state, ...parseVariables(readFileSync(files.GITHUB_STATE, 'utf8')) };
    const exports = parseVariables(readFileSync(files.GITHUB_ENV, 'utf8'));
    exported = { ...exported, ...exports };
    failed ||= exitCode !== 0;
    return {
      exitCode,
      stdout,
      stderr,
      outputs: parseVariables(readFileSync(files.GITHUB_OUTPUT, 'utf8')),
      env: exports,
      state: { ...state },
      summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'),
      annotations: parseAnnotations(stdout),
      masks: parseMasks(stdout),
    };
  };

  return {
    workspace,
    main: () => step(action.runs.main),
    post: async (testsPassed = true) => {
      failed ||= !testsPassed;
      return holds(action.runs['post-if'], !failed, exported) ? step(action.runs.post) : null;
    },
    [Symbol.asyncDispose]: () => removeTemporaryFolder(temp),
  };
}

/** The only form of condition in action.yml: `success() || env.NAME == 'value'`. */
function holds(condition: string, success: boolean, env: Record<string, string>): boolean {
  const parts = /^success\(\) \|\| env\.(\w+) == '(\w+)'$/.exec(condition);
  if (parts === null) throw new Error(`The runner stand-in does not understand this post-if: ${condition}`);
  return success || env[parts[1] ?? ''] === parts[2];
}

/** The variable of an input: in upper case, with its hyphens. */
function inputVariables(action: ActionFile, options: JobOptions, failed: boolean): Record<string, string> {
  const unknown = Object.keys(options.inputs).filter((name) => !(name in action.inputs));
  if (unknown.length > 0) throw new Error(`action.yml has no input ${unknown.join(', ')}`);
  const { index, total } = options.matrix ?? { index: 0, total: 1 };
  // GitHub evaluates the defaults again for each step, also for post.
  const contexts: Record<string, string> = {
    'github.token': options.githubToken,
    'strategy.job-index': `${index}`,
    'strategy.job-total': `${total}`,
    'job.status': failed ? 'failure' : 'success',
  };
  const evaluate = (preset: string) =>
    preset.replace(/^\$\{\{ (\S+) \}\}$/, (whole, name: string) => {
      const value = contexts[name];
      if (value === undefined) throw new Error(`The runner stand-in has no context for ${whole}`);
      return value;
    });
  const variables: Record<string, string> = {};
  for (const [name, { default: preset = '' }] of Object.entries(action.inputs)) {
    const value = options.inputs[name] ?? evaluate(preset);
    variables[`INPUT_${name.toUpperCase()}`] = value;
  }
  return variables;
}

function runnerFiles(folder: string, event: JobEvent) {
  const file = (name: string, content = '') => {
    const full = path.join(folder, name);
    writeFileSync(full, content);
    return full;
  };
  return {
    GITHUB_OUTPUT: file('output'),
    GITHUB_STATE: file('state'),
    GITHUB_ENV: file('env'),
    GITHUB_PATH: file('path'),
    GITHUB_STEP_SUMMARY: file('summary.md'),
    GITHUB_EVENT_PATH: file('event.json', JSON.stringify(event.payload)),
  };
}

function environment(options: JobOptions, workspace: string, temp: string): Record<string, string> {
  const { event, repository } = options;
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: temp,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: event.name,
    GITHUB_REPOSITORY: `${repository.owner}/${repository.name}`,
    GITHUB_SHA: event.sha,
    GITHUB_REF: event.ref,
    GITHUB_RUN_ID: '1',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_WORKFLOW: 'tests',
    GITHUB_JOB: 'test',
    GITHUB_WORKSPACE: workspace,
    GITHUB_ACTION_PATH: root,
    GITHUB_API_URL: options.githubApiUrl,
    GITHUB_SERVER_URL: 'https://github.com',
    RUNNER_TEMP: temp,
    RUNNER_TOOL_CACHE: temp,
    RUNNER_OS: 'Linux',
    RUNNER_ARCH: 'X64',
  };
}

function run(node: string, entry: string, env: Record<string, string>) {
  return new Promise<{ exitCode: number | null; stdout: string; stderr: string }>((resolve, reject) => {
    const child = startProcess(node, [entry], { env, cwd: env['GITHUB_WORKSPACE'] ?? root });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}
