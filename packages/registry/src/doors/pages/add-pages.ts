import type { Context } from 'hono';
import { ANONYMOUS, may, type PermissionProblem } from '../../trust/identity/identity.js';
import { withPermission } from '../../trust/identity/person.js';
import { findRepository } from '../../trust/repositories/repository-store.js';
import { admitByHeader } from '../request/admit.js';
import type { App, AppEnvironment, Services } from '../request/services.js';
import { endSession } from '../request/session-cookie.js';
import { sessionIdentity } from '../request/session-identity.js';
import { downloadRecording } from './browse/download-recording.js';
import { homePage } from './browse/home-page.js';
import { modelsPage } from './browse/models-page.js';
import { pullRequestsPage } from './browse/pull-requests-page.js';
import { recordingPage } from './browse/recording-page.js';
import { recordingsPage } from './browse/recordings-page.js';
import { repositoryPage } from './browse/repository-page.js';
import { testPage } from './browse/test-page.js';
import { testsPage } from './browse/tests-page.js';
import { notFoundPage } from './layout/not-found-page.js';
import type { PageContent, RepositoryPage } from './layout/page-content.js';
import { renderPage } from './layout/page-layout.js';
import { type PageRequest, type RepositoryPageRequest, readPageRequest } from './layout/page-request.js';
import { addPageScript } from './layout/page-script.js';
import { allowPageScript, pageSecurityHeaders } from './layout/page-security-headers.js';
import { permissionProblemPage, statusOfProblem } from './layout/permission-problem-page.js';
import { addStylesheet } from './layout/stylesheet.js';
import { addAcceptRoute } from './report/accept-route.js';
import { changePage } from './report/change-page.js';
import { parseComparison, pullRequestSubject } from './report/load-report.js';
import { reportPage } from './report/report-page.js';
import { watchPage } from './report/watch-page.js';
import { addGitHubSignIn } from './session/github-sign-in.js';
import { addSignIn } from './session/sign-in.js';

/** Owner and name as GitHub allows them. Routes of the registry itself begin with `-`. */
const REPOSITORY = '/:owner{[A-Za-z0-9][A-Za-z0-9_-]*}/:name{[A-Za-z0-9._-]+}';
const PULL_REQUEST = `${REPOSITORY}/pull/:number{[1-9][0-9]{0,8}}`;
const COMPARISON = `${REPOSITORY}/compare/:sides`;

/** Adds the web pages. They are read-only, work without scripts, and authenticate by header or session cookie. */
export function addPages(app: App, services: Services): void {
  const byHeader = admitByHeader(services);
  app.use('/-/sign-in', pageSecurityHeaders, byHeader);
  app.use('/-/sign-in/github/*', pageSecurityHeaders, byHeader);
  app.use('/-/sign-out', pageSecurityHeaders, byHeader);
  addStylesheet(app);
  addPageScript(app);
  addSignIn(app, services);
  addGitHubSignIn(app, services);

  const guards = [pageSecurityHeaders, sessionIdentity(services)] as const;
  app.get('/', ...guards, async (c) => {
    const request = readPageRequest(c, services);
    return show(c, request, await homePage(request));
  });
  const add = (path: string, pageFor: (c: Context<AppEnvironment>) => RepositoryPage) =>
    app.get(path, ...guards, async (c) => {
      const { owner = '', name = '' } = c.req.param() as Record<string, string>;
      const repository = await findRepository(services.connection.db, owner, name);
      const visitor = await withPermission(c.get('identity'), { owner, name }, repository);
      if ('problem' in visitor && visitor.problem.kind !== 'signed-out') {
        return showProblem(c, readPageRequest(c, services), visitor.problem);
      }
      if ('problem' in visitor) endSession(c, services.publicUrl);
      const identity = 'problem' in visitor ? ANONYMOUS : visitor.identity;
      const request = { ...readPageRequest(c, services), identity };
      if (!repository || !may(request.identity, 'read', repository)) return show(c, request, null);
      const content = await pageFor(c)({ ...request, repository });
      return content instanceof Response ? content : show(c, { ...request, repository }, content);
    });

  add(REPOSITORY, () => repositoryPage);
  add(`${REPOSITORY}/models`, () => modelsPage);
  add(`${REPOSITORY}/tests`, () => testsPage);
  add(`${REPOSITORY}/test`, () => testPage);
  add(`${REPOSITORY}/pulls`, () => pullRequestsPage);
  add(`${REPOSITORY}/recordings`, () => recordingsPage);
  add(`${REPOSITORY}/recording`, () => recordingPage);
  add(`${REPOSITORY}/recording/file`, () => downloadRecording);
  const pullRequest = (c: Context) => pullRequestSubject(Number(c.req.param('number')));
  app.use(`${PULL_REQUEST}/accept`, pageSecurityHeaders, byHeader);
  addAcceptRoute(app, `${PULL_REQUEST}/accept`, services);
  const comparison = (c: Context) => parseComparison(c.req.param('sides') ?? '');
  add(`${REPOSITORY}/watch`, () => watchPage(null));
  add(`${REPOSITORY}/watch/:run{[1-9][0-9]{0,14}}`, (c) => watchPage(c.req.param('run') ?? null));
  add(PULL_REQUEST, (c) => reportPage(pullRequest(c)));
  add(`${PULL_REQUEST}/change`, (c) => changePage(pullRequest(c)));
  add(COMPARISON, (c) => reportPage(comparison(c)));
  add(`${COMPARISON}/change`, (c) => changePage(comparison(c)));
}

function show(
  c: Context<AppEnvironment>,
  request: PageRequest | RepositoryPageRequest,
  content: PageContent | null,
) {
  // A page depends on the visitor's permissions and changes with each push.
  c.header('cache-control', 'private, no-store');
  if (content === null) return c.html(renderPage(notFoundPage(request), withoutRepository(request)), 404);
  if (content.usesScript) allowPageScript(c);
  return c.html(renderPage(content, request));
}

/** The page of a person whose permission is unknown. It is the same when the repository does not exist. */
function showProblem(c: Context<AppEnvironment>, request: PageRequest, problem: PermissionProblem) {
  c.header('cache-control', 'private, no-store');
  if (problem.kind === 'unavailable') c.header('retry-after', String(problem.retryAfter));
  const content = permissionProblemPage(problem, { title: 'Not available', again: request.address });
  return c.html(renderPage(content, withoutRepository(request)), statusOfProblem(problem));
}

/** A "not found" page must not reveal whether the repository exists. */
const withoutRepository = ({ identity, address }: PageRequest) => ({ identity, address });
