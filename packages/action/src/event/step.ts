import * as core from '@actions/core';
import { type Connection, userAgent } from '@fixture-registry/client';
import { INPUT } from '../names.js';
import { connectGitHub, type GitHub } from '../runner/github-client.js';
import * as log from '../runner/log.js';
import { type Inputs, readInputs } from '../runner/read-inputs.js';
import { type EventTarget, eventTarget } from './event-target.js';
import { registryToken } from './registry-token.js';
import { readWorkflowRun, type WorkflowRun } from './workflow-run.js';

/** All that main and post work with. */
export interface Step {
  inputs: Inputs;
  run: WorkflowRun;
  about: EventTarget;
  connection: Connection;
  github: GitHub;
}

/**
 * Reads everything that the runner hands over, in one go, before anything is done.
 * @returns the step, `problem` when it cannot start, `nothing` when there is nothing to do
 */
export async function beginStep(): Promise<Step | { problem: string } | { nothing: string }> {
  // Before anything can be logged: a token that is no secret of the repository (made by an earlier step) is not masked yet.
  for (const secret of [INPUT.token, INPUT.githubToken]) log.mask(core.getInput(secret));
  const read = readInputs(core.getInput, process.env['GITHUB_WORKSPACE'] ?? process.cwd());
  if ('problem' in read) return read;
  const { inputs } = read;

  const readRun = readWorkflowRun(process.env);
  if ('problem' in readRun) return readRun;
  const { run } = readRun;
  const about = eventTarget(run);
  if ('nothing' in about) return about;

  let token: string | null;
  try {
    token = await registryToken(inputs);
  } catch (error) {
    return {
      problem: `GitHub gives this run no OIDC token to show the registry: ${(error as Error).message}`,
    };
  }
  const program = userAgent('fixture-registry-action');
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
    github: connectGitHub({ token: inputs.githubToken, apiUrl: run.githubApiUrl, userAgent: program }),
  };
}
