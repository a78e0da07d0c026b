import type { HtmlEscapedString } from 'hono/utils/html';

/** A piece of a page: text in it is escaped already. */
export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>;
