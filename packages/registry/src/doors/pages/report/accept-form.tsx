import { LEVELS } from '../../../vocabulary/level.js';
import type { Markup } from '../layout/page-content.js';
import { LEVEL_LABELS } from './drift-labels.js';

/** What a form accepts: changes of the snapshot on the page, and nothing that is pushed later. */
export interface Acceptable {
  action: string;
  /** The key of the snapshot on the page. */
  snapshot: string;
  /** The path of one change; null for the whole report. */
  path: string | null;
}

/**
 * A form to accept one change or all changes. The reviewer pastes a token with the scope write:
 * sessions are read-only, so that another site cannot accept changes through a signed-in browser.
 */
export function AcceptForm({ action, snapshot, path }: Acceptable): Markup {
  return (
    <details>
      <summary>{path === null ? 'Accept changes' : 'Accept this change'}</summary>
      <form method="post" action={action} class="stacked">
        <input type="hidden" name="snapshot" value={snapshot} />
        {path !== null && <input type="hidden" name="path" value={path} />}
        {path === null && (
          <>
            <label for="accept-level">Highest level to accept</label>
            <select id="accept-level" name="level">
              {LEVELS.map((level) => (
                <option value={level}>{LEVEL_LABELS[level]}</option>
              ))}
              <option value="">all changes, including new and removed recordings</option>
            </select>
          </>
        )}
        <label for="accept-token">Token with the scope write</label>
        <input
          type="password"
          id="accept-token"
          name="token"
          required
          autocomplete="off"
          spellcheck={false}
        />
        <button type="submit">Accept</button>
      </form>
    </details>
  );
}
