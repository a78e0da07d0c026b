import { LEVELS } from '../../../vocabulary/level.js';
import type { Markup } from '../layout/page-content.js';
import { LEVEL_LABELS } from './drift-labels.js';

/** What a form accepts: what the page shows of one state, and nothing that is pushed after it. */
export interface Acceptable {
  action: string;
  /** The layers of the snapshot that the reader sees. */
  snapshot: string;
  /** The one change; null for all of the report. */
  path: string | null;
}

/**
 * Accepting needs a token that may write, pasted for this: the session only reads, so that no other site can accept anything
 * through a browser that is signed in.
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
            <label for="accept-level">Up to the level</label>
            <select id="accept-level" name="level">
              {LEVELS.map((level) => (
                <option value={level}>{LEVEL_LABELS[level]}</option>
              ))}
              <option value="">all, new and removed ones too</option>
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
