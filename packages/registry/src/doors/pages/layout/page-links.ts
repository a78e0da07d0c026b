import type { At } from '../../../store/snapshots/resolve-snapshot.js';
import {
  decodeSnapshotKey,
  encodeSnapshotKey,
  type SnapshotKey,
} from '../../../store/snapshots/snapshot-key.js';
import { refusedCommit } from '../../../vocabulary/commit.js';
import { refusedBranchName } from '../../../vocabulary/ref-name.js';
import type { Repository } from '../../../vocabulary/repository.js';

/** What is asked for in an address; what is null or empty is left out. */
export type QueryParameters = Record<string, string | number | null | undefined>;

export function withQuery(path: string, question: QueryParameters): string {
  const given = Object.entries(question).filter(([, value]) => value != null && value !== '');
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text === '' ? path : `${path}?${text}`;
}

type Named = Pick<Repository, 'owner' | 'name'>;

/** The address of a page of a repository: `/owner/name/<page>?<question>`. */
export function pageLink({ owner, name }: Named, page = '', question: QueryParameters = {}): string {
  return withQuery(`/${owner}/${name}${page === '' ? '' : `/${page}`}`, question);
}

/** The page on what differs between two states. */
export function comparisonPath(base: SnapshotKey, head: SnapshotKey): string {
  return `compare/${encodeSnapshotKey(base)}...${encodeSnapshotKey(head)}`;
}

/** A state as an address names it: a branch, `pull/123`, a commit, or a snapshot's layers (`5:12.3,7.41`). */
export function formatStateName(at: At): string {
  if ('branch' in at) return at.branch;
  if ('pullRequest' in at) return `pull/${at.pullRequest}`;
  if ('commit' in at) return at.commit;
  return encodeSnapshotKey(at.snapshot);
}

/** Reads a state's name; null when it cannot be one. */
export function parseStateName(text: string): At | null {
  const snapshot = decodeSnapshotKey(text);
  if (snapshot) return { snapshot };
  const pullRequest = /^pull\/([1-9]\d{0,8})$/.exec(text)?.[1];
  if (pullRequest) return { pullRequest: Number(pullRequest) };
  if (refusedCommit(text) === null) return { commit: text };
  return refusedBranchName(text) === null ? { branch: text } : null;
}
