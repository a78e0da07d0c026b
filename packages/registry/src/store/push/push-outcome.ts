import type { SinceUnknown } from '../baseline/check-since.js';
import type { FileFinding } from '../checks/check-secrets.js';
import type { SnapshotKey } from '../snapshots/snapshot-key.js';

/** A stored push. */
export interface Pushed {
  kind: 'pushed';
  snapshot: SnapshotKey;
  /** False when the push changed nothing: then the snapshot existed before. */
  created: boolean;
  added: number;
  changed: number;
  removed: number;
  unchanged: number;
  baseline: SnapshotKey | null;
  baselineReason: string;
  problems: { path: string; problem: string }[];
  /** Advice for the caller; the push was stored anyway. */
  warnings: string[];
  /** A sentence about the change of the default branch; null when the push did not change it. */
  defaultBranchChange: string | null;
  /** What may be a secret in the pushed files and is not allowed; the push was stored anyway. */
  possibleSecrets: FileFinding[];
  /** Of an accepted watch: the paths that were left as they are, because the pull request changes them itself. */
  left: string[];
}

/** The reasons why a push is not stored. It then leaves no trace: no empty ref, no other default branch. */
export type RefusedPush =
  | { kind: 'content-missing'; digests: string[] }
  | SinceUnknown
  | { kind: 'secrets'; findings: FileFinding[] }
  | { kind: 'forbidden'; message: string }
  | { kind: 'invalid'; message: string; field: string };

export type PushOutcome = Pushed | RefusedPush;
