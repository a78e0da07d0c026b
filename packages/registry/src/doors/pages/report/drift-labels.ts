import type { DriftKind } from '../../../review/differences/drift.js';
import type { DriftLevel } from '../../../vocabulary/level.js';

/** The kinds of changes as pages show them. */
export const KIND_LABELS: Record<DriftKind, string> = {
  CHANGED: 'changed',
  REKEYED: 'request changed',
  MOVED: 'moved',
  ADDED: 'new',
  REMOVED: 'removed',
};

/** The levels of changes as pages show them. */
export const LEVEL_LABELS: Record<DriftLevel, string> = {
  BEHAVIOUR: 'behaviour',
  CONTENT: 'content',
  METADATA: 'metadata',
  COSMETIC: 'cosmetic',
};
