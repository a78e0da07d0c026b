import type { AcceptanceMeans } from '../../database/schema/schema.js';
import { grantsFor, type Identity } from '../../trust/identity/identity.js';
import type { Repository } from '../../vocabulary/repository.js';

/** Who accepted, and by which means, as far as the registry can verify. */
export interface AcceptedBy {
  by: string;
  means: AcceptanceMeans;
}

/**
 * Decides who an acceptance is attributed to. For a workflow: the actor that GitHub signed, because
 * a workflow can claim any name. For a person who signed in: their GitHub login. For a token: the token itself, except that a token for the whole
 * repository may name who set a label.
 */
export function acceptedBy(
  identity: Identity,
  repository: Pick<Repository, 'id'>,
  claimed: { by: string | null; means: AcceptanceMeans },
): AcceptedBy {
  const { by, means } = claimed;
  if (identity.run !== null) {
    const actor = identity.actor ?? identity.who;
    const isActors = by === null || by.toLowerCase() === actor.toLowerCase();
    return { by: actor, means: means === 'LABEL' && isActors ? 'LABEL' : 'COMMAND' };
  }
  if (identity.person !== undefined) return { by: identity.person.login, means: 'PAGE' };
  const isForAll = grantsFor(identity, repository.id).some(
    ({ writes, scope }) => !writes || scope === 'admin',
  );
  if (means === 'LABEL' && by !== null && isForAll) return { by, means };
  return { by: identity.who, means: means === 'LABEL' ? 'COMMAND' : means };
}
