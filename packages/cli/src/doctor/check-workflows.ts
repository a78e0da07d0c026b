import { parse } from 'yaml';
import { type ExistingWorkflow, existingWorkflows } from '../workflows/existing-workflows.js';
import { PERMISSIONS } from '../workflows/workflow-text.js';
import { type Finding, fail, ok, warn } from './finding.js';

/** A job that uses the action. */
interface ActionJob {
  /** Such as `.github/workflows/tests.yml, job integration`. */
  place: string;
  permissions: unknown;
  inputs: Record<string, unknown>;
}

const USES = /^[\w.-]+\/fixture-registry@/;

/**
 * Checks the permissions and the address in the workflows that use the action.
 * @param registry the address to compare with; null if it is not known
 */
export function checkWorkflows(root: string, registry: string | null): Finding[] {
  const workflows = existingWorkflows(root).filter(({ usesAction }) => usesAction);
  if (workflows.length === 0) {
    return [warn('workflow', 'no workflow uses the action', 'run `npx @fixture-registry/cli init`')];
  }
  return workflows.flatMap((workflow) => checkWorkflow(workflow, registry));
}

/** Checks one workflow. */
export function checkWorkflow(workflow: ExistingWorkflow, registry: string | null): Finding[] {
  const jobs = jobsOf(workflow);
  if (jobs === null) {
    return [
      fail('workflow', `${workflow.path} is not valid YAML`, 'correct the file; GitHub does not run it'),
    ];
  }
  return jobs.flatMap((job) => {
    const findings = [...checkPermissions(job), ...checkAddress(job, registry)];
    return findings.length > 0
      ? findings
      : [ok('workflow', `${job.place} has the permissions that it needs`)];
  });
}

function checkPermissions({ place, permissions, inputs }: ActionJob): Finding[] {
  return PERMISSIONS.flatMap(([name, access, purpose]) => {
    if (isGranted(permissions, name, access)) return [];
    const fix = `add \`${name}: ${access}\` to its permissions`;
    const text = `${place} lacks \`${name}: ${access}\`, which ${purpose}`;
    if (name !== 'id-token') return [warn('workflow', text, fix)];
    return 'token' in inputs ? [] : [fail('workflow', text, `${fix}, or set the input \`token\``)];
  });
}

function checkAddress({ place, inputs }: ActionJob, registry: string | null): Finding[] {
  const address = inputs['registry-url'];
  if (registry === null || typeof address !== 'string' || address.includes('${{')) return [];
  const trimmed = (text: string) => text.replace(/\/+$/, '');
  if (trimmed(address) === trimmed(registry)) return [];
  const fix = 'use the same address in both, unless they are two addresses of one registry';
  return [warn('workflow', `${place} uses the registry at ${address}, not ${registry}`, fix)];
}

/** Without a key `permissions`, the default of the repository applies; it never includes `id-token`. */
function isGranted(permissions: unknown, name: string, access: 'read' | 'write'): boolean {
  if (permissions === 'write-all') return true;
  if (permissions === 'read-all') return access === 'read';
  if (permissions === undefined) return name !== 'id-token';
  const granted = recordOf(permissions)[name];
  return granted === 'write' || granted === access;
}

function jobsOf({ path, text }: ExistingWorkflow): ActionJob[] | null {
  let workflow: Record<string, unknown>;
  try {
    workflow = recordOf(parse(text));
  } catch {
    return null;
  }
  return Object.entries(recordOf(workflow['jobs'])).flatMap(([name, value]) => {
    const job = recordOf(value);
    const steps = Array.isArray(job['steps']) ? job['steps'].map(recordOf) : [];
    const permissions = job['permissions'] ?? workflow['permissions'];
    return steps
      .filter(({ uses }) => typeof uses === 'string' && USES.test(uses))
      .map((step) => ({ place: `${path}, job ${name}`, permissions, inputs: recordOf(step['with']) }));
  });
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
