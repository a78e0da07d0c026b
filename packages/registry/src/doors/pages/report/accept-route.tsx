import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { findUnstorableText } from '../../../database/statements/unstorable-text.js';
import { acceptDrift } from '../../../review/acceptance/accept-drift.js';
import { recordPullRequest } from '../../../review/verdicts/record-verdict.js';
import { decodeSnapshotKey } from '../../../store/snapshots/snapshot-key.js';
import { recordRefusal } from '../../../trust/access/record-refusal.js';
import type { Caller } from '../../../trust/identity/caller.js';
import { ANONYMOUS, type Identity, may } from '../../../trust/identity/identity.js';
import { withPermission } from '../../../trust/identity/person.js';
import { findRepository } from '../../../trust/repositories/repository-store.js';
import { LEVELS } from '../../../vocabulary/level.js';
import { authenticateRequest } from '../../request/authenticate-request.js';
import { isOwnRequest } from '../../request/own-request.js';
import type { App, AppEnvironment, Services } from '../../request/services.js';
import { personOfSession } from '../../request/session-identity.js';
import { renderPage } from '../layout/page-layout.js';
import { pageLink } from '../layout/page-links.js';
import { describeProblem, statusOfProblem } from '../layout/permission-problem-page.js';
import { isCrossSiteForm } from '../session/cross-site-form.js';

const FORM_BYTES = 16 * 1024;

/** Adds the route for the form with which a reviewer accepts changes of a pull request. */
export function addAcceptRoute(app: App, path: string, services: Services): void {
  const { db } = services.connection;
  app.post(path, bodyLimit({ maxSize: FORM_BYTES }), async (c) => {
    const result = await accept(c, services);
    if (result instanceof Response) return result;
    const { owner = '', name = '', number = '' } = c.req.param() as Record<string, string>;
    await recordRefusal(db, result.by, {
      repository: { owner, name },
      action: 'accept',
      target: `refs/pull/${number}`,
      detail: result.message,
    });
    return refuse(c, result.status, result.message);
  });
}

/** A form that is refused, with the caller for the audit log. */
interface RefusedForm {
  by: Caller;
  status: 400 | 401 | 403 | 404 | 503;
  message: string;
}

async function accept(c: Context<AppEnvironment>, services: Services): Promise<Response | RefusedForm> {
  const { db } = services.connection;
  let by = c.get('caller');
  const refused = (status: RefusedForm['status'], message: string) => ({ by, status, message });
  if (isCrossSiteForm(c, services.publicUrl)) return refused(403, 'Another site submitted this form.');
  const fields = await c.req.parseBody().catch(() => ({}) as Record<string, unknown>);
  const unstorable = findUnstorableText(fields);
  if (unstorable) return refused(400, `The field ${unstorable.field} ${unstorable.problem}.`);
  const form = (name: string) => {
    const value = fields[name];
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
  };
  const { owner = '', name = '', number = '' } = c.req.param() as Record<string, string>;
  const token = form('token');
  const known = await reviewer(c, services, token);
  if (known instanceof Response) return known;
  if (!known || 'refused' in known)
    return refuse(c, 401, 'This token is not valid: it may be mistyped, expired or revoked.');
  by = { ...by, identity: known };
  const repository = await findRepository(db, owner, name);
  const permitted = await withPermission(known, { owner, name }, repository);
  if ('problem' in permitted) {
    return refused(statusOfProblem(permitted.problem), `${describeProblem(permitted.problem)}.`);
  }
  const { identity } = permitted;
  by = { ...by, identity };
  if (!repository || !may(identity, 'read', repository)) {
    const whose = identity.person === undefined ? 'this token' : `${identity.person.login} on GitHub`;
    return refused(404, `The repository ${owner}/${name} does not exist, or ${whose} cannot read it.`);
  }
  if (!may(identity, 'write', repository)) {
    const needed =
      identity.person === undefined
        ? `use a token with the scope write for ${owner}/${name}`
        : `you need the permission to write to ${owner}/${name} on GitHub, or a token with the scope write`;
    return refused(403, `To accept changes, ${needed}.`);
  }
  const snapshot = decodeSnapshotKey(form('snapshot') ?? '');
  if (!snapshot) return refused(400, 'The form does not name a snapshot. Reload the page and try again.');
  const path = form('path');
  const outcome = await acceptDrift(db, services.reports, {
    repository,
    pullRequest: Number(number),
    seen: { snapshot },
    paths: path === null ? null : [path],
    level: LEVELS.find((level) => level === form('level')) ?? null,
    by: null,
    caller: by,
    means: 'PAGE',
  });
  if (outcome.kind !== 'accepted') {
    const status = { invalid: 400, forbidden: 403, 'not-found': 404 } as const;
    return refused(status[outcome.kind], `${outcome.message}.`);
  }
  await recordPullRequest({ db, ...services }, repository, Number(number));
  const page = path === null ? `pull/${number}` : `pull/${number}/change`;
  return c.redirect(pageLink(repository, page, { path }), 303);
}

/** The holder of the token in the form, or without one the person who signed in with GitHub. */
async function reviewer(
  c: Context<AppEnvironment>,
  services: Services,
  token: string | null,
): Promise<Identity | { refused: string } | Response | null> {
  if (token !== null) return await authenticateRequest(c, services, `Bearer ${token}`);
  // The browser adds the cookie by itself, so only a form on a page of the registry may use it.
  return isOwnRequest(c, services.publicUrl) ? await personOfSession(c, services) : null;
}

function refuse(c: Context<AppEnvironment>, status: RefusedForm['status'], message: string) {
  c.header('cache-control', 'no-store');
  const content = {
    title: 'Not accepted',
    body: (
      <>
        <h1>Not accepted</h1>
        <p class="problem">{message}</p>
        <p>No change was accepted. Go back and try again.</p>
      </>
    ),
  };
  return c.html(renderPage(content, { identity: ANONYMOUS, address: '/' }), status);
}
