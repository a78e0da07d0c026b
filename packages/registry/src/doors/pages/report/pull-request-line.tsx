import { InlineText } from '../layout/inline-text.js';
import type { Markup } from '../layout/page-content.js';
import type { ShownPullRequest } from './load-report.js';

/** The title and author of a pull request, and a link to it on GitHub; nothing when none is known. */
export function PullRequestLine({ pullRequest }: { pullRequest: ShownPullRequest }): Markup | null {
  const { title, author, url } = pullRequest;
  if (title === null && author === null && url === null) return null;
  return (
    <p class="pull-request">
      {title !== null && (
        <>
          <strong>
            <InlineText text={title} />
          </strong>{' '}
        </>
      )}
      {author !== null && (
        <>
          by <InlineText text={author} />{' '}
        </>
      )}
      {url !== null && <a href={url}>Open on GitHub</a>}
    </p>
  );
}
