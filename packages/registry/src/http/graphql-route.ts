import { EnvelopArmorPlugin } from '@escape.tech/graphql-armor';
import { GraphQLError, NoSchemaIntrospectionCustomRule } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import { bodyLimit } from 'hono/body-limit';
import { createMiddleware } from 'hono/factory';
import { ANONYMOUS } from '../access/identity.js';
import { BlockStoreError } from '../blocks/block-store-error.js';
import type { Database } from '../database/database.js';
import { invalidInput } from '../graphql/builder.js';
import type { Context } from '../graphql/context.js';
import { makeRecordingLoaders } from '../graphql/recording-loaders.js';
import { schema } from '../graphql/schema.js';
import { freshnessOf, POSITION_HEADER } from './freshness.js';
import { httpError } from './http-error.js';
import { isDeeperThan } from './json-depth.js';
import { currentRequest } from './request-context.js';
import type { App, AppEnvironment, Services } from './services.js';

/** What one query may ask: far above every query of ours, far below what would hurt. */
const BOUNDS = { depth: 12, aliases: 30, directives: 20, tokens: 2_000, variables: 8 };

/** Bytes of a request: a push may name 200,000 paths. */
const BYTES = 64 * 1024 * 1024;

/** Bytes of a request of somebody who may not push: room for thousands of candidate commits. */
const BYTES_OF_ANONYMOUS = 1024 * 1024;

/** `POST /graphql`, and `GET` for queries. */
export function addGraphqlRoute(app: App, services: Services): void {
  const { connection, reports, publicUrl, limits, protection, metrics, tracing } = services;
  const traced = tracing ? [tracing.plugin as Plugin<Context>] : [];
  const open = makeYoga(traced);
  const closed = makeYoga([
    ...traced,
    { onValidate: ({ addValidationRule }) => addValidationRule(NoSchemaIntrospectionCustomRule) },
  ]);
  app.use('/graphql', onlyJson, bounded(BYTES_OF_ANONYMOUS, BYTES));
  app.on(['GET', 'POST', 'OPTIONS'], '/graphql', async (c) => {
    const identity = c.get('identity');
    const mayIntrospect = protection.introspection === 'all' || identity !== ANONYMOUS;
    const yoga = mayIntrospect ? open : closed;
    let writes = false;
    const response = await yoga.fetch(c.req.raw, {
      databaseFor: (isWrite) => {
        writes ||= isWrite;
        return isWrite ? Promise.resolve(connection.db) : connection.reads.databaseFor(freshnessOf(c));
      },
      primary: connection.db,
      blocks: connection.blocks,
      identity,
      caller: c.get('caller'),
      requestId: c.get('requestId'),
      countAttempt: () => limits.failed(c.get('address')),
      publicUrl,
      reports,
      metrics,
    });
    const position = writes ? await connection.reads.position() : null;
    if (position === null) return response;
    const { status, headers, body } = response;
    return new Response(body, { status, headers: [...headers, [POSITION_HEADER, position]] });
  });
}

/** What a request brings along; the database is chosen when it is known whether it writes. */
type RequestContext = Omit<Context, 'db' | 'loaders'> & {
  databaseFor(isWrite: boolean): Promise<Database>;
};

function makeYoga(plugins: Plugin<Context>[]) {
  return createYoga<RequestContext, Pick<Context, 'db' | 'loaders'>>({
    // A query that has the word in a string reads from the primary, too; that does no harm.
    context: async ({ params, databaseFor, primary, blocks }) => {
      const db = await databaseFor(/\bmutation\b/.test(params.query ?? ''));
      return { db, loaders: makeRecordingLoaders({ db, primary, blocks }) };
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
    maskedErrors: { maskError },
    plugins: [
      ...plugins,
      {
        onParams: ({ params }) => {
          if (!isDeeperThan(params.variables, BOUNDS.variables)) return;
          throw invalidInput(`the variables are nested deeper than ${BOUNDS.variables} levels`);
        },
      },
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
  return createMiddleware<AppEnvironment>((c, next) =>
    c.get('identity') === ANONYMOUS ? small(c, next) : large(c, next),
  );
}

/** An error that the code did not mean for callers shows them its id and nothing else. */
function maskError(error: unknown): Error {
  if (
    error instanceof GraphQLError &&
    (error.originalError === undefined || error.originalError instanceof GraphQLError)
  ) {
    return error;
  }
  const request = currentRequest();
  const cause = error instanceof GraphQLError ? error.originalError : error;
  if (cause instanceof BlockStoreError) {
    request?.log.error({ err: cause }, 'the content store fails');
    const code = cause.passing ? 'UNAVAILABLE' : 'INTERNAL';
    return new GraphQLError(`${cause.message}. Request id ${request?.requestId ?? 'unknown'}`, {
      nodes: error instanceof GraphQLError ? (error.nodes ?? null) : null,
      path: error instanceof GraphQLError ? (error.path ?? null) : null,
      extensions: { code },
    });
  }
  request?.log.error({ err: cause }, 'unexpected error');
  return new GraphQLError(`Unexpected error. Request id ${request?.requestId ?? 'unknown'}`, {
    nodes: error instanceof GraphQLError ? (error.nodes ?? null) : null,
    path: error instanceof GraphQLError ? (error.path ?? null) : null,
    extensions: { code: 'INTERNAL' },
  });
}
