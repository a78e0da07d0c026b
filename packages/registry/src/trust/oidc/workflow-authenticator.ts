import type { Database } from '../../database/statements/database.js';
import type { Repository } from '../../vocabulary/repository.js';
import type { Authenticated, Authenticator } from '../access/authenticate.js';
import type { Identity } from '../identity/identity.js';
import { followRepository } from '../repositories/follow-repository.js';
import { allowanceOf } from './allowed-owners.js';
import { IssuerUnreachable, keysOf } from './issuer.js';
import { verifyToken } from './verify-token.js';
import type { WorkflowClaims } from './workflow-claims.js';
import { describeRun, provenDefaultBranch, writeRuleOf } from './write-rule.js';

export interface OidcSettings {
  /** Without a slash at its end. */
  issuer: string;
  /** Without a slash at its end. */
  audience: string;
  /** `owner` or `owner/name`, the owner also with its number: `acme#65`; empty: no workflow may use the registry. */
  allow: string[];
}

/**
 * Follows the default branch that the claims of a run prove.
 * @param proven null where they prove nothing
 * @returns the repository as it is then
 */
export type FollowDefaultBranch = (
  repository: Repository,
  by: Identity,
  proven: string | null,
) => Promise<Repository>;

/** Workflows prove who they are with the token that GitHub signs for each of their runs. */
export function workflowAuthenticator(
  db: Database,
  settings: OidcSettings,
  followDefaultBranch: FollowDefaultBranch,
): Authenticator {
  const keys = keysOf(settings.issuer);
  return async (credential) => {
    if (!/^[\w-]+\.[\w-]+\.[\w-]*$/.test(credential)) return null;
    if (settings.allow.length === 0) {
      return {
        refused:
          'this registry takes no identities of workflows: whoever runs it sets FIXTURE_REGISTRY_OIDC_ALLOW to the owners that may use it',
      };
    }
    try {
      const claims = await verifyToken(credential, { ...settings, keys });
      if ('refused' in claims) return claims;
      const allowance = allowanceOf(settings.allow, claims);
      if (allowance === 'other-owner') {
        return {
          refused: `workflows of ${claims.repository} may not use this registry: ${claims.owner} is the account ${claims.ownerId} on GitHub, and FIXTURE_REGISTRY_OIDC_ALLOW names another number`,
        };
      }
      if (allowance === 'none') {
        return {
          refused: `workflows of ${claims.repository} may not use this registry: FIXTURE_REGISTRY_OIDC_ALLOW names neither ${claims.owner} nor ${claims.repository}`,
        };
      }
      const by = whoIs(claims);
      const followed = await followRepository(db, claims, { by, isOwnerKnown: allowance === 'by-number' });
      if ('refused' in followed) return followed;
      const repository = await followDefaultBranch(followed, by, provenDefaultBranch(claims));
      return withGrants(by, claims, repository);
    } catch (error) {
      if (error instanceof IssuerUnreachable) return { unavailable: error.message };
      throw error;
    }
  };
}

function whoIs(claims: WorkflowClaims): Identity {
  return {
    who: `workflow ${claims.repository} (${describeRun(claims)})`,
    actor: claims.actor,
    run: `${claims.repository}/actions/runs/${claims.runId}/attempts/${claims.runAttempt}`,
    grants: [],
  };
}

function withGrants(by: Identity, claims: WorkflowClaims, repository: Repository): Authenticated {
  const writes = writeRuleOf(claims, repository.defaultBranch);
  const scope = writes.kind === 'nothing' ? 'read' : 'write';
  return { ...by, grants: [{ repositoryId: repository.id, scope, writes }] };
}
