import type { Context } from 'hono';
import type { Identity } from '../../../trust/identity/identity.js';
import type { Repository } from '../../../vocabulary/repository.js';
import type { AppEnvironment, Services } from '../../request/services.js';
import type { Markup } from './page-content.js';

/** Characters of one answer to a question in an address; test ids may be long. */
const LONGEST = 4_000;

/** Somebody asks for a page. */
export interface PageRequest {
  services: Services;
  identity: Identity;
  /** Path and question of the address, to come back to. */
  address: string;
  /** What the address says under a name; null when it says nothing. */
  parameter(name: string): string | null;
}

/** Asks for a page of a repository that the visitor may read. */
export interface RepositoryPageRequest extends PageRequest {
  repository: Repository;
}

/** What a page shows within the frame that all pages have. */
export interface PageContent {
  title: string;
  /** The way to here from the repository's own page, itself left out. */
  breadcrumbs?: { label: string; href: string }[];
  body: Markup;
}

/** Gives the page, or null where there is nothing. */
export type RepositoryPage = (request: RepositoryPageRequest) => Promise<PageContent | Response | null>;

export function readPageRequest(c: Context<AppEnvironment>, services: Services): PageRequest {
  const url = new URL(c.req.url);
  return {
    services,
    identity: c.get('identity'),
    address: url.pathname + url.search,
    parameter: (name) => {
      const value = c.req.query(name)?.slice(0, LONGEST);
      return value === undefined || value.trim() === '' ? null : value;
    },
  };
}
