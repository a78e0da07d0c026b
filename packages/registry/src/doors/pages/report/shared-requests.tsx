import type { DriftChange } from '../../../review/differences/drift.js';
import { count } from '../../../vocabulary/words.js';
import { CodeText } from '../layout/inline-text.js';
import type { Markup } from '../layout/page-content.js';
import { sharedRequests } from './change-filter.js';
import type { FilterLink } from './filter-form.js';

const MAXIMUM_SHARED = 12;
const MAXIMUM_WORDS = 4;

/** A fold with the request changes that several recordings share. */
export function SharedRequests(props: { changes: DriftChange[]; link: FilterLink }): Markup | null {
  const shared = sharedRequests(props.changes);
  if (shared.length === 0) return null;
  return (
    <details>
      <summary>{`${count(shared.length, 'request change')} shared by several recordings`}</summary>
      <ul>
        {shared.slice(0, MAXIMUM_SHARED).map(({ key, words, recordings }) => (
          <li>
            <a href={`${props.link({ request: key })}#changes`}>{count(recordings, 'recording')}</a>:{' '}
            <CodeText text={words.slice(0, MAXIMUM_WORDS).join(', ')} />
          </li>
        ))}
        {shared.length > MAXIMUM_SHARED && (
          <li class="quiet">{`and ${shared.length - MAXIMUM_SHARED} more`}</li>
        )}
      </ul>
    </details>
  );
}
