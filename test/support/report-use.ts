import { ownerAndName, type RefArgument } from './push-files.js';
import type { TestRegistry } from './registry.js';

export interface Job {
  run: string;
  attempt?: number;
  workflow?: string;
  job?: string;
  index?: number;
  total?: number;
  succeeded?: boolean;
}

export interface Use {
  snapshot: string;
  /** The paths of the pulled plan, in any order, and those that were read; null when that is unknown. */
  pulled: string[];
  read: string[] | null;
  selection?: { tests?: string[]; models?: string[]; paths?: string[] };
  job?: Job;
}

/** The result of `reportUse`, of any type. */
export interface UseAnswer {
  __typename: string;
  message?: string;
  field?: string;
  counts?: boolean;
  reason?: string | null;
  runs?: number;
  read?: number;
  recordings?: number;
}

/** The `UseInput` of a report. */
export function useInput({ snapshot, pulled, read, selection, job }: Use) {
  const bytes = Buffer.alloc(Math.ceil(pulled.length / 8));
  for (const [n, path] of pulled.toSorted(byCodePoint).entries()) {
    if (read?.includes(path)) bytes[n >> 3] = (bytes[n >> 3] ?? 0) | (1 << (n & 7));
  }
  return {
    snapshot,
    selection,
    recordings: pulled.length,
    read: read === null ? null : bytes.toString('base64'),
    job: job && { attempt: 1, workflow: 'tests', job: 'test', index: 0, total: 1, succeeded: true, ...job },
  };
}

const byCodePoint = (one: string, other: string) => Buffer.compare(Buffer.from(one), Buffer.from(other));

/** Reports by the mutation; returns its result of any type. */
export async function reportUse(
  registry: TestRegistry,
  repository: string,
  ref: RefArgument,
  use: Use | ReturnType<typeof useInput>,
  token = registry.adminToken,
): Promise<UseAnswer> {
  const input = { ...ownerAndName(repository), ref, use: 'pulled' in use ? useInput(use) : use };
  const answer = await registry.ask<{ reportUse: UseAnswer }>(
    `mutation ($input: ReportUseInput!) { reportUse(input: $input) {
      __typename ... on Problem { message } ... on InvalidInput { field }
      ... on UseReported { counts reason runs read recordings } } }`,
    { input },
    token,
  );
  return answer.reportUse;
}
