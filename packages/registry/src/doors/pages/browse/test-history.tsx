import type { TestChange } from '../../../review/verdicts/test-history-store.js';
import type { FailureKind } from '../../../vocabulary/failure.js';
import type { Repository } from '../../../vocabulary/repository.js';
import { CodeText, InlineText, Timestamp } from '../layout/inline-text.js';
import type { Markup } from '../layout/page-content.js';
import { pageLink } from '../layout/page-links.js';
import { VerdictMark } from '../layout/verdict-mark.js';

const FAILURES: Record<FailureKind, string> = {
  ERROR: 'error',
  TOOL_ERROR: 'tool error',
  EMPTY: 'empty answer',
  CUT_OFF: 'cut off',
};

/** The changes of a test, each linked to the report of its pull request and to the change. */
export function TestHistory(props: { repository: Repository; changes: TestChange[] }): Markup {
  const { repository, changes } = props;
  return (
    <table class="pulls">
      <thead>
        <tr>
          <th scope="col">Pull request</th>
          <th scope="col">What changed</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ pullRequest, title, state, at, path, level, failure, model, words }) => (
          <tr>
            <th scope="row">
              <a href={pageLink(repository, `pull/${pullRequest}`)}>
                #{pullRequest}
                {title !== null && (
                  <>
                    {' '}
                    <InlineText text={title} />
                  </>
                )}
              </a>
              <div class="quiet small">
                {state === 'MERGED' ? 'promoted ' : 'open, reported '}
                <Timestamp at={at} />
              </div>
            </th>
            <td>
              <VerdictMark level={level} />{' '}
              <a href={pageLink(repository, `pull/${pullRequest}/change`, { path })}>
                <CodeText text={words} />
              </a>{' '}
              {failure !== null && <span class="tag problem">{FAILURES[failure]}</span>}
              {model !== null && (
                <div class="quiet small">
                  <InlineText text={model} />
                </div>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
