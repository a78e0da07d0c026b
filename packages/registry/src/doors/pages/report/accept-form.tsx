import { may } from '../../../trust/identity/identity.js';
import { LEVELS } from '../../../vocabulary/level.js';
import type { Markup } from '../layout/page-content.js';
import type { RepositoryPageRequest } from '../layout/page-request.js';
import { LEVEL_LABELS } from './drift-labels.js';

/** The login in whose name the visitor can accept drift without a token; null when they need one. */
export function acceptingLogin({ identity, repository }: RepositoryPageRequest): string | null {
  return may(identity, 'write', repository) ? (identity.person?.login ?? null) : null;
}

/** What a form accepts: changes of the snapshot on the page, and nothing that is pushed later. */
export interface Acceptable {
  action: string;
  /** The key of the snapshot on the page. */
  snapshot: string;
  /** The path of one change; null for the whole report. */
  path: string | null;
  /** The GitHub login in whose name the visitor accepts; null for a visitor who needs a token. */
  login: string | null;
}

/**
 * A form to accept one change or all changes. A person who signed in with GitHub and can write to the
 * repository accepts in their own name. Everybody else pastes a token with the scope write: a session with a
 * token is read-only.
 */
export function AcceptForm({ action, snapshot, path, login }: Acceptable): Markup {
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
        {login === null && (
          <>
            <label for="accept-token">Token with the scope write</label>
            <input
              type="password"
              id="accept-token"
              name="token"
              required
              autocomplete="off"
              spellcheck={false}
            />
          </>
        )}
        <button type="submit">{login === null ? 'Accept' : `Accept as ${login}`}</button>
      </form>
    </details>
  );
}
