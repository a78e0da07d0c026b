import { describeBranchName } from '@fixture-registry/protocol';
import { resolveSnapshot } from '../../../store/snapshots/resolve-snapshot.js';
import type { SnapshotKey } from '../../../store/snapshots/snapshot-key.js';
import { InlineText } from '../layout/inline-text.js';
import type { Markup } from '../layout/page-content.js';
import { formatStateName, parseStateName } from '../layout/page-links.js';
import type { RepositoryPageRequest } from '../layout/page-request.js';

/** The state that a page shows. */
export interface RequestedState {
  snapshot: SnapshotKey;
  /** As addresses name it; null for the default branch, which need not be named. */
  at: string | null;
  /** The same for people. */
  label: string;
}

/** The state that the address asks for, else the default branch, which may be empty; null when it is not known. */
export async function loadRequestedState({
  services,
  repository,
  parameter,
}: RepositoryPageRequest): Promise<RequestedState | null> {
  const text = parameter('at');
  const at = text === null ? { branch: repository.defaultBranch } : parseStateName(text);
  if (at === null) return null;
  const snapshot = await resolveSnapshot(services.connection.db, repository, at);
  if (snapshot === null && text !== null) return null;
  const named = formatStateName(at);
  return {
    snapshot: snapshot ?? { repositoryId: repository.id, layers: [] },
    at: text === null ? null : named,
    label:
      'snapshot' in at ? `snapshot ${named}` : 'commit' in at ? named.slice(0, 9) : describeBranchName(named),
  };
}

/** "on main": which state a heading speaks of. */
export function StateLabel({ state }: { state: RequestedState }): Markup {
  return (
    <span class="quiet">
      {' '}
      on <InlineText text={state.label} />
    </span>
  );
}
