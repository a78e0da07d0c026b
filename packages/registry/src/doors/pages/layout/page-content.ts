import type { HtmlEscapedString } from 'hono/utils/html';
import type { RepositoryPageRequest } from './page-request.js';

/** Rendered HTML. All text in it is already escaped. */
export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>;

/** The content of one page, without the header that all pages share. */
export interface PageContent {
  title: string;
  /** The pages between the repository's page and this one, outermost first. */
  breadcrumbs?: { label: string; href: string }[];
  body: Markup;
  /** Whether the page includes the script of copy buttons and arrow keys. */
  usesScript?: boolean;
}

/** Renders a page of a repository. Null means "not found". */
export type RepositoryPage = (request: RepositoryPageRequest) => Promise<PageContent | Response | null>;
