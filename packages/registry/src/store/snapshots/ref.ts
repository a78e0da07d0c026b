import type { RefKind } from '../../vocabulary/ref-name.js';
import type { Layer } from './snapshot-key.js';

/** The current state of a ref. */
export interface Ref {
  id: number;
  repositoryId: number;
  kind: RefKind;
  name: string;
  version: number;
  baseRefId: number | null;
  baseVersion: number | null;
  /** For a pull request: the branch that it will be merged into, from its last push; null when unknown. */
  baseName: string | null;
  promotedVersion: number | null;
  promotedRefId: number | null;
  promotedAs: number | null;
  /** For a pull request: whether its recordings come from a fork. Never reset. */
  fromFork: boolean;
  /** Of a pull request that was closed without a merge: the run that reported it; null while it is open. */
  closedByRun: number | null;
  closedAt: Date | null;
  /** Of a pull request: its title and its author's login, as its last push sent them; untrusted. */
  title: string | null;
  author: string | null;
}

/** The current base of a ref; null when it has none. */
export function currentBase({ baseRefId, baseVersion }: Ref): Layer | null {
  return baseRefId !== null && baseVersion !== null ? { refId: baseRefId, version: baseVersion } : null;
}
