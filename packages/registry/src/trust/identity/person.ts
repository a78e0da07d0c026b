import type { Repository } from '../../vocabulary/repository.js';
import { type Grant, type Identity, isPublic, type PermissionProblem } from './identity.js';

/**
 * Adds the permission of a person on a repository to the grants. Other identities have all grants already.
 * A problem with a public repository is ignored, because everybody can read it.
 * @param repository null when the registry has none of this name: the result then depends on GitHub alone,
 *   so that it does not tell which repositories exist
 */
export async function withPermission(
  identity: Identity,
  name: { owner: string; name: string },
  repository: Repository | null,
): Promise<{ identity: Identity } | { problem: PermissionProblem }> {
  if (identity.person === undefined) return { identity };
  const permission = await identity.person.permissionOn(name, repository);
  if (permission.kind === 'granted') {
    return { identity: { ...identity, grants: [...identity.grants, permission.grant] } };
  }
  if (permission.kind === 'none' || (repository && isPublic(repository))) return { identity };
  return { problem: permission };
}

/** The same caller with the scope read only, also for permissions that are fetched later. */
export function readOnly(identity: Identity): Identity {
  const { person } = identity;
  const reading = ({ repositoryId }: Grant): Grant => ({ repositoryId, scope: 'read' });
  return {
    ...identity,
    grants: identity.grants.map(reading),
    ...(person !== undefined && {
      person: {
        ...person,
        permissionOn: async (name, repository) => {
          const permission = await person.permissionOn(name, repository);
          return permission.kind === 'granted'
            ? { kind: 'granted', grant: reading(permission.grant) }
            : permission;
        },
      },
    }),
  };
}
