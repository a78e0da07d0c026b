import type { At } from '../../../store/snapshots/resolve-snapshot.js';
import {
  decodeSnapshotKey,
  encodeSnapshotKey,
  type SnapshotKey,
} from '../../../store/snapshots/snapshot-key.js';
import { refusedCommit } from '../../../vocabulary/commit.js';
import { refusedBranchName } from '../../../vocabulary/ref-name.js';
import type { Repository } from '../../../vocabulary/repository.js';

/** Query parameters of an address. Null and empty values are left out. */
export type QueryParameters = Record<string, string | number | null | undefined>;

export function withQuery(path: string, query: QueryParameters): string {
  const present = Object.entries(query).filter(([, value]) => value != null && value !== '');
  const text = new URLSearchParams(present.map(([name, value]) => [name, String(value)])).toString();
  return text === '' ? path : `${path}?${text}`;
}

type RepositoryName = Pick<Repository, 'owner' | 'name'>;

/** The address of a page of a repository: `/owner/name/<page>?<query>`. */
export function pageLink({ owner, name }: RepositoryName, page = '', query: QueryParameters = {}): string {
  return withQuery(`/${owner}/${name}${page === '' ? '' : `/${page}`}`, query);
}

/** The path, below the repository, of the page that compares two snapshots. */
export function comparisonPath(base: SnapshotKey, head: SnapshotKey): string {
  return `compare/${encodeSnapshotKey(base)}...${encodeSnapshotKey(head)}`;
}

/** The name of a state in an address: a branch, `pull/123`, a commit, or a snapshot key (`5:12.3,7.41`). */
export function formatStateName(at: At): string {
  if ('branch' in at) return at.branch;
  if ('pullRequest' in at) return `pull/${at.pullRequest}`;
  if ('commit' in at) return at.commit;
  return encodeSnapshotKey(at.snapshot);
}

/** Parses the name of a state. Returns null when the text cannot be one. */
export function parseStateName(text: string): At | null {
  const snapshot = decodeSnapshotKey(text);
  if (snapshot) return { snapshot };
  const pullRequest = /^pull\/([1-9]\d{0,8})$/.exec(text)?.[1];
  if (pullRequest) return { pullRequest: Number(pullRequest) };
  if (refusedCommit(text) === null) return { commit: text };
  return refusedBranchName(text) === null ? { branch: text } : null;
}
