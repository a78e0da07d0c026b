import { EnvelopArmorPlugin } from '@escape.tech/graphql-armor';
import { GraphQLError, NoSchemaIntrospectionCustomRule } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import type { Context as HonoContext } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { createMiddleware } from 'hono/factory';
import type { Logger } from 'pino';
import { ANONYMOUS } from '../access/identity.js';
import { BlockStoreError } from '../blocks/block-store-error.js';
import { databaseFailureOf } from '../database/database-failure.js';
import { invalidInput } from '../graphql/builder.js';
import type { Context } from '../graphql/context.js';
import { makeRecordingLoaders } from '../graphql/recording-loaders.js';
import { schema } from '../graphql/schema.js';
import { logDatabaseFailure } from './failure-answer.js';
import { freshnessOf, POSITION_HEADER } from './freshness.js';
import { httpError, STORE_PAUSE } from './http-error.js';
import { isDeeperThan } from './json-depth.js';
import { LargeAnswers, type Turn } from './large-answers.js';
import type { App, AppEnvironment, Services } from './services.js';

/** What one query may ask: far above every query of ours, far below what would hurt. */
const BOUNDS = { depth: 12, aliases: 30, directives: 20, tokens: 2_000, variables: 8 };

/** Bytes of a request: a push may name 200,000 paths. */
const BYTES = 64 * 1024 * 1024;

/** Bytes of a request of somebody who may not push: room for thousands of candidate commits. */
const BYTES_OF_ANONYMOUS = 1024 * 1024;

/** `POST /graphql`, and `GET` for queries. */
export function addGraphqlRoute(app: App, services: Services): void {
  const { protection, connection } = services;
  const open = makeYoga(services, []);
  const closed = makeYoga(services, [
    { onValidate: ({ addValidationRule }) => addValidationRule(NoSchemaIntrospectionCustomRule) },
  ]);
  const largeAnswers = new LargeAnswers();
  app.use('/graphql', onlyJson, bounded(BYTES_OF_ANONYMOUS, BYTES));
  app.on(['GET', 'POST', 'OPTIONS'], '/graphql', async (c) => {
    const mayIntrospect = protection.introspection === 'all' || c.get('identity') !== ANONYMOUS;
    const turn = largeAnswers.turn();
    // What comes back is one text.
    const response = await Promise.resolve(
      (mayIntrospect ? open : closed).handleRequest(c.req.raw, { c, turn }),
    ).finally(turn.release);
    const position = c.get('mayWrite') ? await connection.reads.position() : null;
    if (position !== null) response.headers.set(POSITION_HEADER, position);
    return response;
  });
}

/** What yoga is given along with a request. */
interface Asked {
  c: HonoContext<AppEnvironment>;
  turn: Turn;
}

function makeYoga(services: Services, plugins: Plugin<Context>[]) {
  const { connection, reports, publicUrl, limits, metrics, tracing, log } = services;
  const { blocks } = connection;
  return createYoga<Asked, Context>({
    context: async ({ params, c, turn }) => {
      // A query that has the word in a string reads from the primary, too; that does no harm.
      const mayWrite = /\bmutation\b/.test(params.query ?? '');
      c.set('mayWrite', mayWrite);
      const db = mayWrite ? connection.db : await connection.reads.databaseFor(freshnessOf(c));
      return {
        db,
        primary: connection.db,
        blocks,
        loaders: makeRecordingLoaders({ db, primary: connection.db, blocks }),
        identity: c.get('identity'),
        caller: c.get('caller'),
        requestId: c.get('requestId'),
        countAttempt: () => limits.failed(c.get('address')),
        beforeLargeAnswer: turn.take,
        publicUrl,
        reports,
        metrics,
      };
    },
    schema,
    graphqlEndpoint: '/graphql',
    landingPage: false,
    // It has a page of its own, which says what may run on it.
    graphiql: false,
    // What happens is logged once for each request, and unexpected errors below.
    logging: false,
    batching: false,
    cors: false,
    // It is bounded before, and this would make a stream of each body.
    maxRequestBodySize: false,
    // The class that hono sends as it is; yoga's own would be read as a stream.
    fetchAPI: { Response },
    maskedErrors: false,
    plugins: [
      ...(tracing ? [tracing.plugin as Plugin] : []),
      ...plugins,
      {
        onParams: ({ params }) => {
          if (!isDeeperThan(params.variables, BOUNDS.variables)) return;
          throw invalidInput(`the variables are nested deeper than ${BOUNDS.variables} levels`);
        },
      },
      maskErrors(log),
      EnvelopArmorPlugin({
        maxDepth: { n: BOUNDS.depth },
        maxAliases: { n: BOUNDS.aliases },
        maxDirectives: { n: BOUNDS.directives },
        maxTokens: { n: BOUNDS.tokens },
        // The schema counts costs itself: it knows what the arguments are.
        costLimit: { enabled: false },
      }),
    ],
  });
}

/**
 * A form of another site can send other types without asking first; JSON it cannot. The header is looked at, because
 * yoga would take a query from a form too.
 */
const onlyJson = createMiddleware<AppEnvironment>(async (c, next) => {
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (c.req.method !== 'POST' || type === 'application/json') return next();
  return httpError(c, 'UNSUPPORTED', 'send a GraphQL request as application/json');
});

function bounded(ofAnonymous: number, ofOthers: number) {
  const limitTo = (maxSize: number) =>
    bodyLimit({
      maxSize,
      onError: (c) => httpError(c, 'TOO_LARGE', `a GraphQL request may have ${maxSize} bytes`),
    });
  const [small, large] = [limitTo(ofAnonymous), limitTo(ofOthers)];
  return createMiddleware<AppEnvironment>(async (c, next) => {
    const isAnonymous = c.get('identity') === ANONYMOUS;
    const announced = c.req.header('content-length');
    // hono's own makes a stream of every body; where its size is announced, node holds the client to it.
    if (announced !== undefined && Number(announced) <= (isAnonymous ? ofAnonymous : ofOthers)) return next();
    return isAnonymous ? small(c, next) : large(c, next);
  });
}

/** An error that the code did not mean for callers shows them its id and nothing else. */
function maskErrors(log: Logger): Plugin<Context, Asked> {
  return {
    onResultProcess: ({ result, setResult, serverContext: { c } }) => {
      if (!('errors' in result) || !result.errors) return;
      const errors = result.errors.map((error) => maskError(error, c.get('requestId'), log));
      setResult({ ...result, errors });
    },
  };
}

function maskError(error: GraphQLError, requestId: string, log: Logger): GraphQLError {
  const cause = error.originalError;
  // What is thrown and is no error at all, yoga marks so.
  const isMeant = cause == null ? error.extensions['unexpected'] !== true : cause instanceof GraphQLError;
  if (isMeant) return error;
  const { nodes = null, path = null } = error;
  if (cause instanceof BlockStoreError) {
    log.error({ requestId, err: cause }, 'the content store fails');
    const message = `${cause.message}. Request id ${requestId}`;
    const extensions = cause.passing ? unavailableFor(STORE_PAUSE) : { code: 'INTERNAL' };
    return new GraphQLError(message, { nodes, path, extensions });
  }
  const failure = databaseFailureOf(cause);
  if (failure) {
    logDatabaseFailure(log, requestId, failure, cause);
    const extensions = { ...unavailableFor(failure.retryAfter), requestId };
    return new GraphQLError(failure.message, { nodes, path, extensions });
  }
  log.error({ requestId, err: cause ?? error }, 'unexpected error');
  return new GraphQLError(`Unexpected error. Request id ${requestId}`, {
    nodes,
    path,
    extensions: { code: 'INTERNAL' },
  });
}

/** An error that another try may mend; yoga makes the status and the header of `http`. @param pause in seconds */
const unavailableFor = (pause: number) => ({
  code: 'UNAVAILABLE',
  http: { status: 503, headers: { 'retry-after': String(pause) } },
});
