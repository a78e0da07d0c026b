import type { PageContent } from '../layout/page-content.js';

/** The page of a list whose filter is not valid. @param reason the end of a sentence */
export const refusedSearch = (title: string, reason: string): PageContent => ({
  title,
  body: (
    <>
      <h1>{title}</h1>
      <p role="alert">Cannot search: {reason}.</p>
    </>
  ),
});
