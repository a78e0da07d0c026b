import type { Context } from 'hono';
import { may } from '../access/identity.js';
import { admitByHeader } from '../http/admit.js';
import type { App, AppEnvironment, Services } from '../http/services.js';
import { findRepository } from '../repositories/repository-store.js';
import { home } from './browse/home.js';
import { modelsPage } from './browse/models-page.js';
import { recordingPage } from './browse/recording-page.js';
import { recordingsPage } from './browse/recordings-page.js';
import { repositoryPage } from './browse/repository-page.js';
import { testsPage } from './browse/tests-page.js';
import { inFrame } from './frame/frame.js';
import { notFound } from './frame/not-found.js';
import { securityHeaders } from './frame/security-headers.js';
import { addStylesheet } from './frame/stylesheet.js';
import {
  type PageContent,
  type RepositoryPage,
  type RepositoryVisit,
  type Visit,
  visitOf,
} from './frame/visit.js';
import { rawRecording } from './recording-file.js';
import { addAcceptRoute } from './report/accept-route.js';
import { changePage } from './report/change-page.js';
import { reportPage } from './report/report-page.js';
import { comparisonOf, pullRequestOf } from './report/report-subject.js';
import { sessionIdentity } from './session/session-identity.js';
import { addSignIn } from './session/sign-in.js';

/** Owner and name as GitHub allows them; `-` begins the registry's own routes. */
const REPOSITORY = '/:owner{[A-Za-z0-9][A-Za-z0-9_-]*}/:name{[A-Za-z0-9._-]+}';
const PULL_REQUEST = `${REPOSITORY}/pull/:number{[1-9][0-9]{0,8}}`;
const COMPARISON = `${REPOSITORY}/compare/:sides`;

/** Pages for people. They only read, work without scripts, and know a visitor by a header or a session. */
export function addPages(app: App, services: Services): void {
  const byHeader = admitByHeader(services);
  app.use('/-/sign-in', securityHeaders, byHeader);
  app.use('/-/sign-out', securityHeaders, byHeader);
  addStylesheet(app);
  addSignIn(app, services);

  const guards = [securityHeaders, sessionIdentity(services)] as const;
  app.get('/', ...guards, async (c) => {
    const visit = visitOf(c, services);
    return show(c, visit, await home(visit));
  });
  const add = (path: string, pageFor: (c: Context<AppEnvironment>) => RepositoryPage) =>
    app.get(path, ...guards, async (c) => {
      const visit = visitOf(c, services);
      const { owner = '', name = '' } = c.req.param() as Record<string, string>;
      const repository = await findRepository(services.connection.db, owner, name);
      if (!repository || !may(visit.identity, 'read', repository)) return show(c, visit, null);
      const content = await pageFor(c)({ ...visit, repository });
      return content instanceof Response ? content : show(c, { ...visit, repository }, content);
    });

  add(REPOSITORY, () => repositoryPage);
  add(`${REPOSITORY}/models`, () => modelsPage);
  add(`${REPOSITORY}/tests`, () => testsPage);
  add(`${REPOSITORY}/recordings`, () => recordingsPage);
  add(`${REPOSITORY}/recording`, () => recordingPage);
  add(`${REPOSITORY}/recording/file`, () => rawRecording);
  const pullRequest = (c: Context) => pullRequestOf(Number(c.req.param('number')));
  app.use(`${PULL_REQUEST}/accept`, securityHeaders, byHeader);
  addAcceptRoute(app, `${PULL_REQUEST}/accept`, services);
  const comparison = (c: Context) => comparisonOf(c.req.param('sides') ?? '');
  add(PULL_REQUEST, (c) => reportPage(pullRequest(c)));
  add(`${PULL_REQUEST}/change`, (c) => changePage(pullRequest(c)));
  add(COMPARISON, (c) => reportPage(comparison(c)));
  add(`${COMPARISON}/change`, (c) => changePage(comparison(c)));
}

function show(c: Context<AppEnvironment>, visit: Visit | RepositoryVisit, content: PageContent | null) {
  // What a page shows depends on who looks, and changes with the next push.
  c.header('cache-control', 'private, no-store');
  if (content === null) return c.html(inFrame(notFound(visit), bare(visit)), 404);
  return c.html(inFrame(content, visit));
}

/** Without the repository: a page that is not there must not tell whether its repository is. */
const bare = ({ identity, address }: Visit) => ({ identity, address });
