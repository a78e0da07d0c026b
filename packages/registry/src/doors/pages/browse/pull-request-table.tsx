import type { ListedPullRequest } from '../../../review/verdicts/pull-request-list-store.js';
import type { Repository } from '../../../vocabulary/repository.js';
import { CodeText, InlineText, Timestamp } from '../layout/inline-text.js';
import type { Markup } from '../layout/page-content.js';
import { pageLink } from '../layout/page-links.js';
import { VerdictMark } from '../layout/verdict-mark.js';

/** Pull requests with their verdicts, each linked to its report. */
export function PullRequestTable(props: {
  pulls: ListedPullRequest[];
  repositoryOf: (pull: ListedPullRequest) => Pick<Repository, 'owner' | 'name'> | undefined;
  /** Whether each row names its repository. */
  namesRepository: boolean;
}): Markup {
  return (
    <table class="pulls">
      <thead>
        <tr>
          <th scope="col">Pull request</th>
          <th scope="col">What changed</th>
        </tr>
      </thead>
      <tbody>
        {props.pulls.map((pull) => {
          const repository = props.repositoryOf(pull);
          return (
            repository && <Row pull={pull} repository={repository} namesRepository={props.namesRepository} />
          );
        })}
      </tbody>
    </table>
  );
}

function Row(props: {
  pull: ListedPullRequest;
  repository: Pick<Repository, 'owner' | 'name'>;
  namesRepository: boolean;
}): Markup {
  const { pull, repository } = props;
  const { number, title, author, fromFork, pushedAt, promotedAt, verdict } = pull;
  const report = pageLink(repository, `pull/${number}`);
  const isOutdated = verdict !== null && verdict.version < pull.version;
  return (
    <tr>
      <th scope="row">
        <a href={report}>
          #{number}
          {title !== null && (
            <>
              {' '}
              <InlineText text={title} />
            </>
          )}
        </a>
        <div class="quiet small">
          {props.namesRepository && (
            <>
              <InlineText text={`${repository.owner}/${repository.name}`} />
              {', '}
            </>
          )}
          {author !== null && (
            <>
              by <InlineText text={author} />,{' '}
            </>
          )}
          {fromFork && 'from a fork, '}
          {promotedAt === null ? (
            <>
              pushed <Timestamp at={pushedAt} />
            </>
          ) : (
            <>
              promoted <Timestamp at={promotedAt} />
            </>
          )}
        </div>
      </th>
      <td>
        {verdict === null ? (
          <span class="quiet">No report yet</span>
        ) : (
          <>
            <VerdictMark mark={verdict.mark} /> <CodeText text={verdict.headline} />
            {isOutdated && <div class="quiet small">before the last push</div>}
          </>
        )}
      </td>
    </tr>
  );
}
