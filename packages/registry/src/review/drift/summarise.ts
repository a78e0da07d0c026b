import type { DriftLevel } from '../../vocabulary/level.js';
import type { DriftChange, DriftKind, DriftSummary } from '../differences/drift.js';

/** Counts changes by kind and level. @param unchanged the paths with the same bytes on both sides */
export function summarise(changes: DriftChange[], unchanged: number): DriftSummary {
  const of = (kind: DriftKind) => changes.filter((change) => change.kind === kind).length;
  const at = (level: DriftLevel) => changes.filter((change) => change.level === level).length;
  return {
    added: of('ADDED'),
    removed: of('REMOVED'),
    changed: of('CHANGED'),
    rekeyed: of('REKEYED'),
    moved: of('MOVED'),
    unchanged,
    cosmetic: at('COSMETIC'),
    metadata: at('METADATA'),
    content: at('CONTENT'),
    behaviour: at('BEHAVIOUR'),
    errors: changes.filter(({ failure }) => failure?.kind === 'ERROR' || failure?.kind === 'TOOL_ERROR')
      .length,
    unplayable: changes.filter((change) => change.unplayable).length,
  };
}
