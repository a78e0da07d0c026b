import { repositoryRoot } from '@fixture-registry/client/checkout';
import { type Connection, defaultBranch, RegistryError } from '@fixture-registry/client/core';
import { type Access, checkAccess, fetchAccess } from '../doctor/check-access.js';
import { checkClient } from '../doctor/check-client.js';
import { checkFormats } from '../doctor/check-formats.js';
import { checkIdentity, requestIdentity } from '../doctor/check-oidc.js';
import { checkPaths } from '../doctor/check-paths.js';
import { checkRegistry } from '../doctor/check-registry.js';
import { checkWorkflows } from '../doctor/check-workflows.js';
import { colourFindings, describeFindings } from '../doctor/describe-findings.js';
import { type Finding, fail, ok } from '../doctor/finding.js';
import { findToken } from '../options/find-token.js';
import { connectionTo, registryOf, repositoryOf } from '../options/open-connection.js';
import type { Options } from '../options/options.js';
import { requireDirectory } from '../options/require-directory.js';
import { UsageError } from '../options/usage-error.js';
import { hideSecret, writeJson, writeLines } from '../output/output.js';
import { wantsColour } from '../output/terminal.js';

/**
 * Runs `fixtures doctor`: checks everything that a set-up needs, and prints what to do.
 * @returns the exit status: 1 if a check failed
 * @throws UsageError if the directory does not exist
 */
export async function runDoctor(options: Options): Promise<number> {
  requireDirectory(options.directory);
  const findings = [checkClient(process.versions.node)];
  const registry = attempt('registry', findings, () => registryOf(options, process.env));
  if (registry !== null) findings.push(...(await checkService(options, registry)));
  const root = repositoryRoot(options.directory);
  if (root !== null) findings.push(...checkWorkflows(root, registry));
  findings.push(...(await checkPaths(options.directory)));
  const failed = findings.some(({ status }) => status === 'fail');
  if (options.json === true) writeJson({ ok: !failed, checks: findings });
  else {
    const colour = wantsColour(process.stdout, process.env);
    writeLines(describeFindings(findings), colour ? colourFindings : undefined);
  }
  return failed ? 1 : 0;
}

/** Checks the registry, the token and the repository there. */
async function checkService(options: Options, registry: string): Promise<Finding[]> {
  const repository = await repositoryOf(options, process.env).catch((error: unknown) => {
    if (error instanceof UsageError) return error;
    throw error;
  });
  const { token, advice } = await findToken(options, process.env, registry);
  hideSecret(token);
  const connection: Connection = {
    ...connectionTo(registry, token, options, process.env),
    repository: repository instanceof UsageError ? { owner: '', name: '' } : repository,
    log: () => undefined,
  };
  const { findings, isReachable } = await checkRegistry(connection);
  if (repository instanceof UsageError) {
    findings.push(fail('repository', repository.message, 'name the repository'));
    return findings;
  }
  if (isReachable) findings.push(...(await checkCaller(connection, advice, options)));
  return findings;
}

/** Checks what the token, or the identity of this job, may do. */
async function checkCaller(connection: Connection, advice: string, options: Options): Promise<Finding[]> {
  const identity = await requestIdentity(connection.registry, process.env);
  const usesIdentity = connection.token === null && identity !== null;
  if (usesIdentity && 'finding' in identity) return [identity.finding];
  const token = usesIdentity && 'token' in identity ? identity.token : connection.token;
  hideSecret(token);
  const caller = { ...connection, token };
  let access: Access | null;
  try {
    access = await fetchAccess(caller);
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    if (usesIdentity) return [checkIdentity(error.message, connection.registry, process.env)];
    const fix = error.code === 'UNAUTHENTICATED' ? advice : 'see the log of the registry';
    return [fail('token', error.message, fix)];
  }
  const findings = checkAccess(access, caller, advice);
  if (usesIdentity) findings.push(checkIdentity(null, connection.registry, process.env));
  else if (identity === null)
    findings.push(ok('oidc', 'this is not a job of GitHub Actions: run doctor in one to check it'));
  const branch = access?.repository?.defaultBranch ?? (await defaultBranch(options.directory));
  const canRead = access === null || access.repository !== null;
  if (canRead && branch !== null) findings.push(...(await checkFormats(caller, branch)));
  return findings;
}

/** The value; null after adding a finding if the options do not say it. */
function attempt<Value>(check: Finding['check'], findings: Finding[], read: () => Value): Value | null {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    findings.push(fail(check, error.message, 'name it'));
    return null;
  }
}
