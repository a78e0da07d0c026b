import type { At } from '../../store/snapshots/resolve-snapshot.js';
import { decodeSnapshotKey, type SnapshotName } from '../../store/snapshots/snapshot-key.js';
import { refusedCommit } from '../../vocabulary/commit.js';
import { describeRef, parseRefName } from '../../vocabulary/ref-name.js';
import { builder, decodeId } from './builder.js';
import { invalidInput } from './invalid-input.js';

export const AtInput = builder.inputType('At', {
  description: 'A state of the recordings. Set exactly one field; without any, the default branch is used.',
  fields: (t) => ({
    branch: t.string({ description: 'The newest state of this branch.' }),
    pullRequest: t.int({ description: 'The newest state of the pull request with this number.' }),
    commit: t.string({ description: 'The state that was pushed for this commit: a full git commit id.' }),
    snapshot: t.id({ description: 'The snapshot with this id.' }),
  }),
});

export const RefInput = builder.inputType('RefInput', {
  description: 'A branch or a pull request. Set exactly one of `branch` and `pullRequest`.',
  fields: (t) => ({
    branch: t.string({ description: 'The name of the branch, without `refs/heads/`.' }),
    pullRequest: t.int({ description: 'The number of the pull request.' }),
    base: t.string({ description: 'The base branch of the pull request.' }),
  }),
});

export interface AtArgument {
  branch?: string | null | undefined;
  pullRequest?: number | null | undefined;
  commit?: string | null | undefined;
  snapshot?: string | null | undefined;
}

/** Reads an `At`; null when it sets no field. Throws an `INVALID_INPUT` error. */
export function parseAt(input: AtArgument | null | undefined): { at: At; named: string } | null {
  const { branch, pullRequest, commit, snapshot } = input ?? {};
  const given = [branch, pullRequest, commit, snapshot].filter((value) => value != null).length;
  if (given > 1) throw invalidInput('at: set one of branch, pullRequest, commit and snapshot, not several');
  if (commit != null) {
    const refused = refusedCommit(commit);
    if (refused) throw invalidInput(`at.commit: ${refused}`);
    return { at: { commit }, named: `commit ${commit}` };
  }
  if (snapshot != null) {
    return { at: { snapshot: parseSnapshotId(snapshot) }, named: `snapshot ${snapshot}` };
  }
  if (branch != null || pullRequest != null) {
    const ref = parseRefName({ branch, pullRequest });
    if ('problem' in ref) throw invalidInput(`at: ${ref.problem}`);
    const at = ref.kind === 'BRANCH' ? { branch: ref.name } : { pullRequest: Number(ref.name) };
    return { at, named: describeRef(ref) };
  }
  return null;
}

/** Reads the id of a snapshot. Throws an `INVALID_INPUT` error. */
export function parseSnapshotId(id: string): SnapshotName {
  const key = decodeSnapshotId(id);
  if (!key) throw invalidInput(`"${id.slice(0, 80)}" is not the id of a snapshot`);
  return key;
}

/** Decodes the id of a snapshot; null when it is not one. */
export function decodeSnapshotId(id: string): SnapshotName | null {
  const decoded = decodeId(id);
  return decoded?.typename === 'Snapshot' ? decodeSnapshotKey(decoded.id) : null;
}
