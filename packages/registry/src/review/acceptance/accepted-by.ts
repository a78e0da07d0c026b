import type { AcceptanceMeans } from '../../database/schema/schema.js';
import { grantsFor, type Identity } from '../../trust/identity/identity.js';
import type { Repository } from '../../vocabulary/repository.js';

/** Whose acceptance it is, and how it was made, as far as the registry knows. */
export interface AcceptedBy {
  by: string;
  means: AcceptanceMeans;
}

/**
 * Whose name an acceptance has. A workflow's has the name that GitHub signed: whoever edits the workflow decides what
 * it says. A token has its own name, and only one for the whole repository may say who set a label.
 */
export function acceptedBy(
  identity: Identity,
  repository: Pick<Repository, 'id'>,
  said: { by: string | null; means: AcceptanceMeans },
): AcceptedBy {
  const { by, means } = said;
  if (identity.run !== null) {
    const actor = identity.actor ?? identity.who;
    const isActors = by === null || by.toLowerCase() === actor.toLowerCase();
    return { by: actor, means: means === 'LABEL' && isActors ? 'LABEL' : 'COMMAND' };
  }
  const isForAll = grantsFor(identity, repository.id).some(
    ({ writes, scope }) => !writes || scope === 'admin',
  );
  if (means === 'LABEL' && by !== null && isForAll) return { by, means };
  return { by: identity.who, means: means === 'LABEL' ? 'COMMAND' : means };
}
