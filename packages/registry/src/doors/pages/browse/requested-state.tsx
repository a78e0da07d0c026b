import { describeBranchName } from '@fixture-registry/protocol';
import { resolveSnapshot } from '../../../store/snapshots/resolve-snapshot.js';
import type { SnapshotKey } from '../../../store/snapshots/snapshot-key.js';
import { InlineText } from '../layout/inline-text.js';
import type { Markup } from '../layout/page-content.js';
import { formatStateName, parseStateName } from '../layout/page-links.js';
import type { RepositoryPageRequest } from '../layout/page-request.js';

/** The state of the recordings that a page shows. */
export interface RequestedState {
  snapshot: SnapshotKey;
  /** Its name in addresses; null for the default branch, which addresses leave out. */
  at: string | null;
  /** Its name for people. */
  label: string;
}

/**
 * Loads the state named by the parameter `at`, or the default branch, which may be empty. Null when
 * it is unknown.
 */
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
  const name = formatStateName(at);
  return {
    snapshot: snapshot ?? { repositoryId: repository.id, layers: [] },
    at: text === null ? null : name,
    label:
      'snapshot' in at ? `snapshot ${name}` : 'commit' in at ? name.slice(0, 9) : describeBranchName(name),
  };
}

/** The state after a heading: "on main". */
export function StateLabel({ state }: { state: RequestedState }): Markup {
  return (
    <span class="quiet">
      {' '}
      on <InlineText text={state.label} />
    </span>
  );
}
