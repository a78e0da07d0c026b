import type { RefKind } from '../../vocabulary/ref-name.js';
import type { Layer } from './snapshot-key.js';

/** What the registry knows of a ref now. */
export interface Ref {
  id: number;
  repositoryId: number;
  kind: RefKind;
  name: string;
  version: number;
  baseRefId: number | null;
  baseVersion: number | null;
  /** Of a pull request: the branch it will be merged into, as its last push says; null where none said. */
  baseName: string | null;
  promotedVersion: number | null;
  promotedRefId: number | null;
  promotedAs: number | null;
  /** Of a pull request: what it holds comes from a fork. Once set it stays. */
  fromFork: boolean;
  /** Of a pull request that was closed without a merge: the run that reported it; null while it is open. */
  closedByRun: number | null;
  closedAt: Date | null;
}

/** What a ref lies over until a push says otherwise; null where it lies over nothing. */
export function standingOf({ baseRefId, baseVersion }: Ref): Layer | null {
  return baseRefId !== null && baseVersion !== null ? { refId: baseRefId, version: baseVersion } : null;
}
