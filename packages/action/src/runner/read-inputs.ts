import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { LocalError, type Prune, readPathPatterns } from '@fixture-registry/client';
import { INPUT, type InputName } from '../names.js';

const MODES = ['auto', 'pull', 'push', 'watch'] as const;
const COMMENT_MODES = ['auto', 'always', 'never'] as const;
const FAIL_ON = ['never', 'any', 'metadata', 'content', 'behaviour'] as const;
const PUSH_ON = ['success', 'always'] as const;
const ON_REGISTRY_ERROR = ['fail', 'warn'] as const;

/** Seconds. */
const DEFAULT_TIMEOUT = 1_800;
const MAX_TIMEOUT = 86_400;
/** The registry's limit; GitHub allows 256 jobs in a matrix. */
const MAX_MATRIX = 1_000;
/** The registry compares each repeat with the others. */
const MAX_REPEATS = 10;
/** The registry stores the number as a 32-bit integer. */
const MAX_PULL_REQUEST = 2_147_483_647;

export type Mode = (typeof MODES)[number];
export type CommentMode = (typeof COMMENT_MODES)[number];
export type FailOn = (typeof FAIL_ON)[number];

/** All inputs, validated. No other file reads an input. */
export interface Inputs {
  /** Without a slash at the end. */
  registryUrl: string;
  /** Empty when none was given. */
  token: string;
  mode: Mode;
  /** Path patterns; empty: the client's default. */
  paths: string[];
  tests: string[];
  /** Those of `tests` that `tests-file` lists. */
  listedTests: string[];
  models: string[];
  /** Absolute path of the list of recordings that the tests read; null: the file system notes reads. */
  usedFiles: string | null;
  /** A commit or a snapshot id; null: the registry chooses. */
  baseline: string | null;
  /** Absolute path of the folder that the paths of recordings are relative to. */
  directory: string;
  comment: CommentMode;
  failOn: FailOn;
  check: boolean;
  /** The pull request to pull and push; null: the event decides. */
  pullRequest: number | null;
  /** The branch to pull; null: the event decides. */
  branch: string | null;
  /** The time limit of main and of post, in seconds each. */
  timeout: number;
  /** Whether the files of changed tests are annotated. */
  annotations: boolean;
  prune: Prune;
  pushOn: (typeof PUSH_ON)[number];
  onRegistryError: (typeof ON_REGISTRY_ERROR)[number];
  githubToken: string;
  /** Whether the registry replaces secrets in recordings instead of refusing the push. */
  redact: boolean;
  /** Whether plain HTTP is allowed to a registry on another machine. */
  allowInsecure: boolean;
  /** How often a watch records everything. */
  watchRepeats: number;
  /** The position of the job in its matrix, from 0, and the number of its jobs; 0 of 1 without a matrix. */
  matrix: { index: number; total: number };
  /** Whether no step of the job has failed yet. In the post step: whether the job succeeded. */
  jobSucceeded: boolean;
}

export type ReadInputs = { inputs: Inputs } | { problem: string };

/**
 * Reads and validates every input.
 * @param get returns the text of an input, empty when it is not set (`core.getInput`)
 * @param workspace absolute path of the folder that `working-directory` is relative to
 * @returns the inputs, or one line for each problem that names the input, its value and the allowed values
 */
export function readInputs(get: (name: InputName) => string, workspace: string): ReadInputs {
  const problems: string[] = [];
  const oneOf = <const Allowed extends readonly [string, ...string[]]>(name: InputName, allowed: Allowed) => {
    const value = get(name) || allowed[0];
    const known = allowed.find((candidate) => candidate === value);
    if (known === undefined) problems.push(invalid(name, value, `one of ${quotedList(allowed)}`));
    return (known ?? allowed[0]) as Allowed[number];
  };

  const directory = path.resolve(workspace, get(INPUT.workingDirectory) || '.');
  if (!isFolder(directory)) {
    problems.push(
      invalid(
        INPUT.workingDirectory,
        get(INPUT.workingDirectory) || '.',
        'an existing folder in the workspace',
      ),
    );
  }
  const testsOfFile = readTestsFile(get(INPUT.testsFile), directory);
  if ('problem' in testsOfFile) problems.push(testsOfFile.problem);
  const listedTests = 'tests' in testsOfFile ? testsOfFile.tests : [];

  const registry = readRegistryUrl(get(INPUT.registryUrl));
  if ('problem' in registry) problems.push(registry.problem);
  const flag = (name: InputName, allowed = '`true` or `false`') => {
    const value = readBoolean(get(name));
    if (value === null) problems.push(invalid(name, get(name), allowed));
    return value ?? false;
  };

  const count = (name: InputName, allowed: string, most: number, least = 1) => {
    const text = get(name);
    const isNumber = /^(0|[1-9]\d{0,9})$/.test(text);
    const value = isNumber && Number(text) >= least && Number(text) <= most ? Number(text) : null;
    if (text !== '' && value === null) problems.push(invalid(name, text, allowed));
    return value;
  };

  const paths = linesOf(get(INPUT.paths));
  const pathProblem = refusedPaths(paths, directory);
  if (pathProblem !== null) problems.push(`Input \`${INPUT.paths}\`: ${pathProblem}`);

  const inputs: Inputs = {
    registryUrl: 'url' in registry ? registry.url : '',
    token: get(INPUT.token),
    mode: oneOf(INPUT.mode, MODES),
    paths,
    tests: [...linesOf(get(INPUT.tests)), ...listedTests],
    listedTests,
    models: linesOf(get(INPUT.models)),
    usedFiles: get(INPUT.usedFiles) === '' ? null : path.resolve(directory, get(INPUT.usedFiles)),
    baseline: get(INPUT.baseline) || null,
    directory,
    comment: oneOf(INPUT.comment, COMMENT_MODES),
    failOn: oneOf(INPUT.failOn, FAIL_ON),
    check: flag(INPUT.check),
    pullRequest: count(INPUT.pullRequest, 'the number of a pull request', MAX_PULL_REQUEST),
    branch: readBranch(get(INPUT.branch)),
    timeout: count(INPUT.timeout, 'a number of seconds from 1 to 86400', MAX_TIMEOUT) ?? DEFAULT_TIMEOUT,
    annotations: get(INPUT.annotations) === '' || flag(INPUT.annotations),
    prune: get(INPUT.prune) === 'force' ? 'force' : flag(INPUT.prune, '`true`, `false` or `force`'),
    pushOn: oneOf(INPUT.pushOn, PUSH_ON),
    onRegistryError: oneOf(INPUT.onRegistryError, ON_REGISTRY_ERROR),
    githubToken: get(INPUT.githubToken),
    redact: flag(INPUT.redact),
    allowInsecure: flag(INPUT.allowInsecure),
    watchRepeats: count(INPUT.watchRepeats, `a number from 1 to ${MAX_REPEATS}`, MAX_REPEATS) ?? 1,
    matrix: {
      index: count(INPUT.matrixIndex, 'the position of the job in its matrix', MAX_MATRIX, 0) ?? 0,
      total: count(INPUT.matrixTotal, 'the number of jobs of the matrix', MAX_MATRIX) ?? 1,
    },
    jobSucceeded: hasSucceeded(get(INPUT.jobStatus), get(INPUT.mode), get(INPUT.pushOn)),
  };
  if (inputs.matrix.index >= inputs.matrix.total) {
    const { index, total } = inputs.matrix;
    problems.push(
      invalid(INPUT.matrixIndex, `${index}`, `below \`${INPUT.matrixTotal}\`, which is \`${total}\``),
    );
  }
  if (inputs.pullRequest !== null && inputs.branch !== null) {
    problems.push(
      `Inputs \`${INPUT.pullRequest}\` and \`${INPUT.branch}\` are both set: a job has one target, so set one of them.`,
    );
  }
  const named =
    inputs.pullRequest !== null ? INPUT.pullRequest : inputs.branch !== null ? INPUT.branch : null;
  if (inputs.mode === 'watch' && named !== null) {
    problems.push(
      `Input \`${named}\` is set with \`mode: watch\`, which always compares with the default branch: remove it, ` +
        'or set another mode.',
    );
  }
  return problems.length === 0 ? { inputs } : { problem: problems.join('\n') };
}

/** Where the runner does not evaluate `job.status`, the condition of the post step says it, unless it always runs. */
function hasSucceeded(status: string, mode: string, pushOn: string): boolean {
  return status === '' ? mode !== 'push' && pushOn !== 'always' : status === 'success';
}

/** Expressions such as `${{ github.ref }}` have the whole ref. */
function readBranch(text: string): string | null {
  return text.replace(/^refs\/heads\//, '') || null;
}

function readRegistryUrl(text: string): { url: string } | { problem: string } {
  if (text === '') {
    return {
      problem:
        `Input \`${INPUT.registryUrl}\` is required: set it to the URL of your registry, for ` +
        `example https://fixtures.example.com.`,
    };
  }
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    return { problem: invalid(INPUT.registryUrl, text, 'an http:// or https:// URL without a query') };
  }
  // A password in the URL would appear in links, logs and the runner's state.
  if (url.username !== '' || url.password !== '') {
    return {
      problem:
        `Input \`${INPUT.registryUrl}\` contains a user name or password: set the token with ` +
        `the input \`${INPUT.token}\`.`,
    };
  }
  return { url: url.href.replace(/\/+$/, '') };
}

function readTestsFile(name: string, directory: string): { tests: string[] } | { problem: string } {
  if (name === '') return { tests: [] };
  try {
    const tests = linesOf(readFileSync(path.resolve(directory, name), 'utf8'));
    // An empty list of tests would select every recording.
    if (tests.length === 0)
      return { problem: invalid(INPUT.testsFile, name, 'a file with at least one test') };
    return { tests };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    return { problem: invalid(INPUT.testsFile, name, `a readable file with one test per line (${code})`) };
  }
}

/** Why a pattern is refused, with what to write instead; null when all are accepted. */
function refusedPaths(paths: string[], directory: string): string | null {
  try {
    readPathPatterns(paths, directory);
    return null;
  } catch (error) {
    if (error instanceof LocalError) return error.message;
    throw error;
  }
}

/** Reads the booleans that `core.getBooleanInput` accepts, empty as false; null for other text. */
function readBoolean(text: string): boolean | null {
  if (/^(true|True|TRUE)$/.test(text)) return true;
  return text === '' || /^(false|False|FALSE)$/.test(text) ? false : null;
}

/** One value per line. Lines are not split at commas, which pytest ids may contain. */
function linesOf(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function isFolder(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function invalid(name: InputName, value: string, allowed: string): string {
  return `Input \`${name}\` is \`${value}\`: it must be ${allowed}.`;
}

function quotedList(values: readonly string[]): string {
  return values.map((value) => `\`${value}\``).join(', ');
}
