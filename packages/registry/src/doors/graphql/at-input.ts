import type { At } from '../../store/snapshots/resolve-snapshot.js';
import { decodeSnapshotKey, type SnapshotName } from '../../store/snapshots/snapshot-key.js';
import { refusedCommit } from '../../vocabulary/commit.js';
import { describeRef, parseRefName } from '../../vocabulary/ref-name.js';
import { builder, decodeId, invalidInput } from './builder.js';

export const AtInput = builder.inputType('At', {
  description: 'Which state is meant: exactly one of these. Without any, the default branch.',
  fields: (t) => ({
    branch: t.string(),
    pullRequest: t.int(),
    commit: t.string({ description: 'A full git commit id.' }),
    snapshot: t.id(),
  }),
});

export const RefInput = builder.inputType('RefInput', {
  description: 'Where recordings live: exactly one of branch and pullRequest.',
  fields: (t) => ({
    branch: t.string(),
    pullRequest: t.int(),
    base: t.string({ description: 'The branch that the pull request will be merged into.' }),
  }),
});

export interface AtArgument {
  branch?: string | null | undefined;
  pullRequest?: number | null | undefined;
  commit?: string | null | undefined;
  snapshot?: string | null | undefined;
}

/** Reads an `At`; null when it names nothing. Throws an `INVALID_INPUT` error. */
export function parseAt(input: AtArgument | null | undefined): { at: At; named: string } | null {
  const { branch, pullRequest, commit, snapshot } = input ?? {};
  const given = [branch, pullRequest, commit, snapshot].filter((value) => value != null).length;
  if (given > 1) throw invalidInput('at: name one of branch, pullRequest, commit and snapshot, not several');
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
  const key = snapshotKeyOfId(id);
  if (!key) throw invalidInput(`"${id.slice(0, 80)}" is not the id of a snapshot`);
  return key;
}

export function snapshotKeyOfId(id: string): SnapshotName | null {
  const decoded = decodeId(id);
  return decoded?.typename === 'Snapshot' ? decodeSnapshotKey(decoded.id) : null;
}
