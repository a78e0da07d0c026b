import type { DriftKind } from '../../../review/differences/drift.js';
import type { DriftLevel } from '../../../vocabulary/level.js';

/** Kinds as filters name them. */
export const KIND_LABELS: Record<DriftKind, string> = {
  CHANGED: 'changed',
  REKEYED: 'other request',
  MOVED: 'moved',
  ADDED: 'new',
  REMOVED: 'removed',
};

/** Levels as filters name them. */
export const LEVEL_LABELS: Record<DriftLevel, string> = {
  BEHAVIOUR: 'behaviour',
  CONTENT: 'content',
  METADATA: 'metadata',
  COSMETIC: 'cosmetic',
};
