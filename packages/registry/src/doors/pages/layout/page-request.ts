import type { Context } from 'hono';
import type { Identity } from '../../../trust/identity/identity.js';
import type { Repository } from '../../../vocabulary/repository.js';
import type { AppEnvironment, Services } from '../../request/services.js';

/** Maximum length of a query parameter, in characters; test ids can be long. */
const MAXIMUM_LENGTH = 4_000;

/** A request for a page. */
export interface PageRequest {
  services: Services;
  identity: Identity;
  /** Path and query string, to return to after signing in. */
  address: string;
  /** The value of a query parameter; null when it is absent or blank. */
  parameter(name: string): string | null;
}

/** A request for a page of a repository that the visitor may read. */
export interface RepositoryPageRequest extends PageRequest {
  repository: Repository;
}

export function readPageRequest(c: Context<AppEnvironment>, services: Services): PageRequest {
  const url = new URL(c.req.url);
  return {
    services,
    identity: c.get('identity'),
    address: url.pathname + url.search,
    parameter: (name) => {
      const value = c.req.query(name)?.slice(0, MAXIMUM_LENGTH);
      return value === undefined || value.trim() === '' ? null : value;
    },
  };
}
