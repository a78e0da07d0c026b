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
  /** Without a trailing slash. */
  issuer: string;
  /** Without a trailing slash. */
  audience: string;
  /**
   * `owner` or `owner/name`, the owner optionally with its id (`acme#65`); empty: no workflow may use the
   * registry.
   */
  allow: string[];
}

/**
 * Updates the default branch to the one that the claims of a run prove.
 * @param proven null when the claims prove none
 * @returns the repository after the update
 */
export type FollowDefaultBranch = (
  repository: Repository,
  by: Identity,
  proven: string | null,
) => Promise<Repository>;

/** Authenticates workflows with the OIDC token that GitHub signs for each run. */
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
          'this registry accepts no workflows: its operator sets FIXTURE_REGISTRY_OIDC_ALLOW to the owners that may use it',
      };
    }
    try {
      const claims = await verifyToken(credential, { ...settings, keys });
      if ('refused' in claims) return claims;
      const allowance = allowanceOf(settings.allow, claims);
      if (allowance === 'other-owner') {
        return {
          refused: `workflows of ${claims.repository} may not use this registry: ${claims.owner} is account ${claims.ownerId} on GitHub, and FIXTURE_REGISTRY_OIDC_ALLOW names another id`,
        };
      }
      if (allowance === 'none') {
        return {
          refused: `workflows of ${claims.repository} may not use this registry: FIXTURE_REGISTRY_OIDC_ALLOW names neither ${claims.owner} nor ${claims.repository}`,
        };
      }
      const by = identityOf(claims);
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

function identityOf(claims: WorkflowClaims): Identity {
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
