import * as core from '@actions/core';
import { type Connection, userAgent } from '@fixture-registry/client';
import { INPUT } from '../names.js';
import { waitingFor } from '../runner/activity.js';
import { connectGitHub, type GitHub } from '../runner/github-client.js';
import * as log from '../runner/log.js';
import { type Inputs, readInputs } from '../runner/read-inputs.js';
import { TimeLimitExceeded, withinTimeLimit } from '../runner/time-limit.js';
import type { EventTarget } from './event-target.js';
import { registryToken } from './registry-token.js';
import { runTarget } from './run-target.js';
import { readWorkflowRun, type WorkflowRun } from './workflow-run.js';

/** The context of main and post. */
export interface Step {
  inputs: Inputs;
  run: WorkflowRun;
  about: EventTarget;
  connection: Connection;
  github: GitHub;
}

/**
 * Reads and validates the inputs, the event and the token before the action does anything.
 * @returns the step; `problem`: why it cannot start; `nothing`: why there is nothing to do
 */
export async function beginStep(): Promise<Step | { problem: string } | { nothing: string }> {
  // First of all: the runner does not mask a token that an earlier step created.
  for (const secret of [INPUT.token, INPUT.githubToken]) log.mask(core.getInput(secret));
  const read = readInputs(core.getInput, process.env['GITHUB_WORKSPACE'] ?? process.cwd());
  if ('problem' in read) return read;
  const { inputs } = read;

  const readRun = readWorkflowRun(process.env);
  if ('problem' in readRun) return readRun;
  try {
    return await withinTimeLimit(inputs.timeout, () => connect(inputs, readRun.run));
  } catch (error) {
    if (!(error instanceof TimeLimitExceeded)) throw error;
    if (inputs.onRegistryError === 'fail') return { problem: error.message };
    log.warning(error.message, { title: 'Fixture Registry' });
    return { nothing: 'The job continues without recordings.' };
  }
}

async function connect(
  inputs: Inputs,
  run: WorkflowRun,
): Promise<Step | { problem: string } | { nothing: string }> {
  const program = userAgent('fixture-registry-action');
  const github = connectGitHub({ token: inputs.githubToken, apiUrl: run.githubApiUrl, userAgent: program });
  const about = await runTarget(run, inputs, github);
  if ('nothing' in about || 'problem' in about) return about;

  let token: string | null;
  try {
    token = await waitingFor("GitHub's OIDC token of this run", () => registryToken(inputs));
  } catch (error) {
    return {
      problem: `GitHub issued no OIDC token for this run: ${(error as Error).message}`,
    };
  }
  return {
    inputs,
    run,
    about,
    connection: {
      registry: inputs.registryUrl,
      token,
      repository: run.repository,
      userAgent: program,
      log: (line) => log.info(line),
      allowInsecure: inputs.allowInsecure,
    },
    github,
  };
}
