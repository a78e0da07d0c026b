import { setImmediate } from 'node:timers/promises';
import { EnvelopArmorPlugin } from '@escape.tech/graphql-armor';
import { GraphQLError, NoSchemaIntrospectionCustomRule } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import type { Context as HonoContext } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { Logger } from 'pino';
import { databaseFailureOf } from '../../database/statements/database-failure.js';
import { forCaller, isCallerLeft } from '../../database/statements/leaving-caller.js';
import { BlockStoreError } from '../../store/blocks/block-store-error.js';
import { type Refusal, recordRefusals } from '../../trust/access/record-refusal.js';
import { ANONYMOUS } from '../../trust/identity/identity.js';
import type { Context } from '../graphql/context.js';
import { coerceFileLists } from '../graphql/file-lists.js';
import { invalidInput } from '../graphql/invalid-input.js';
import { makeRecordingLoaders } from '../graphql/recording-loaders.js';
import { refuseUnstorableText } from '../graphql/refuse-unstorable-text.js';
import { schema } from '../graphql/schema.js';
import { FairTurns, PAUSE, TooManyWaiting, type Turn } from '../limits/fair-turns.js';
import { isDeeperThan } from '../limits/json-depth.js';
import { callerKey } from '../limits/rate-limits.js';
import { httpError, STORE_PAUSE } from '../request/http-error.js';
import type { App, AppEnvironment, Services } from '../request/services.js';
import { logDatabaseFailure } from './failure-response.js';
import { readGraphqlBody } from './graphql-body.js';
import { POSITION_HEADER, requiredFreshness } from './position-header.js';

/** Limits of a query: far above every query of our clients, far below what would be expensive. */
const BOUNDS = { depth: 12, aliases: 30, directives: 20, tokens: 2_000, variables: 8 };

/**
 * Limits for large responses in progress. Each is in memory completely, and one thread makes them
 * all, so that more at a time would not finish sooner. All jobs of a workflow are one caller, and
 * send their requests at the same time.
 */
const LARGE_RESPONSES = { atOnce: 3, perCaller: 2, waiting: 500 };

/** Adds `/graphql`: `POST` for all operations, `GET` for queries. */
export function addGraphqlRoute(app: App, services: Services): void {
  const { protection, connection } = services;
  const forKnown = makeYoga(services, { suggestsFields: true }, []);
  // Without a credential, an error does not suggest names, whatever the introspection.
  const forAnonymous = makeYoga(
    services,
    { suggestsFields: false },
    protection.introspection === 'all' ? [] : [withoutIntrospection],
  );
  const largeResponses = new FairTurns(LARGE_RESPONSES);
  app.use('/graphql', onlyJson);
  app.on(['GET', 'POST', 'OPTIONS'], '/graphql', async (c) => {
    const body = await readGraphqlBody(c, services.bodies);
    if (body instanceof Response) return body;
    const caller = callerKey(c.get('identity'), c.get('address'));
    const turn = largeResponses.turn(caller, () => c.req.raw.signal);
    const refusals: Refusal[] = [];
    // The response is complete here, not a stream, so its turn can end.
    const response = await Promise.resolve(
      (c.get('identity') === ANONYMOUS ? forAnonymous : forKnown).handleRequest(body.request, {
        c,
        turn,
        refusals,
        isLarge: body.request !== c.req.raw,
      }),
    ).finally(async () => {
      turn.release();
      body.free();
      // Also when the client has disconnected: every refused write must be logged.
      if (refusals.length > 0) await recordRefusals(connection.db, c.get('caller'), refusals);
    });
    const position = c.get('mayWrite') ? await connection.reads.position() : null;
    if (position !== null) response.headers.set(POSITION_HEADER, position);
    return response;
  });
}

/** What yoga gets with each request. */
interface ServerContext {
  c: HonoContext<AppEnvironment>;
  turn: Turn;
  refusals: Refusal[];
  isLarge: boolean;
}

const withoutIntrospection: Plugin<Context> = {
  onValidate: ({ addValidationRule }) => addValidationRule(NoSchemaIntrospectionCustomRule),
};

function makeYoga(
  services: Services,
  { suggestsFields }: { suggestsFields: boolean },
  plugins: Plugin<Context>[],
) {
  const {
    connection,
    reports,
    verdicts,
    recorders,
    summaries,
    uses,
    publicUrl,
    githubUrl,
    limits,
    metrics,
    tracing,
    reader,
    log,
  } = services;
  const { blocks } = connection;
  return createYoga<ServerContext, Context>({
    context: async ({ params, c, turn, refusals, isLarge }) => {
      // A query with this word in a string also reads from the primary, which is harmless.
      const mayWrite = /\bmutation\b/.test(params.query ?? '');
      c.set('mayWrite', mayWrite);
      // Between parsing and executing a large request, the event loop serves other requests.
      if (isLarge) await setImmediate();
      const db = mayWrite ? connection.db : await connection.reads.databaseFor(requiredFreshness(c));
      return {
        db,
        primary: connection.db,
        blocks,
        reader,
        loaders: makeRecordingLoaders({ db, primary: connection.db, blocks }, reader),
        identity: c.get('identity'),
        caller: c.get('caller'),
        requestId: c.get('requestId'),
        countAttempt: () => limits.failed('anonymous-write', c.get('address')),
        refusals,
        fileLists: new Map(),
        forCaller: (work) => forCaller(c.req.raw.signal, work),
        awaitLargeResponseTurn: () => turn.take().catch(refuseTurn),
        publicUrl,
        githubUrl,
        reports,
        verdicts,
        recorders,
        summaries,
        uses,
        metrics,
      };
    },
    schema,
    graphqlEndpoint: '/graphql',
    landingPage: false,
    // `graphiql-page.ts` serves GraphiQL with a strict policy.
    graphiql: false,
    // `app.ts` logs each request, and `maskErrors` logs unexpected errors.
    logging: false,
    batching: false,
    cors: false,
    // The body is already bounded, and this option would turn each body into a stream.
    maxRequestBodySize: false,
    // Hono sends this class without a copy; yoga's own class would be read as a stream.
    fetchAPI: { Response },
    maskedErrors: false,
    plugins: [
      ...(tracing ? [tracing.plugin as Plugin] : []),
      ...plugins,
      {
        onParams: async ({ params, context }) => {
          if (isDeeperThan(params.variables, BOUNDS.variables)) {
            throw invalidInput(`the variables are nested deeper than ${BOUNDS.variables} levels`);
          }
          if ((context as unknown as ServerContext).isLarge) await setImmediate();
        },
      },
      refuseUnstorableText,
      coerceFileLists,
      maskErrors(log),
      EnvelopArmorPlugin({
        maxDepth: { n: BOUNDS.depth },
        maxAliases: { n: BOUNDS.aliases },
        maxDirectives: { n: BOUNDS.directives },
        maxTokens: { n: BOUNDS.tokens },
        blockFieldSuggestion: { enabled: !suggestsFields },
        // The schema computes the cost itself, because it depends on the arguments.
        costLimit: { enabled: false },
      }),
    ],
  });
}

/**
 * Requires JSON, which a page of another site cannot send without a CORS preflight. Yoga itself
 * would also accept a query from a form.
 */
const onlyJson = createMiddleware<AppEnvironment>(async (c, next) => {
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (c.req.method !== 'POST' || type === 'application/json') return next();
  return httpError(c, 'UNSUPPORTED', 'send a GraphQL request as application/json');
});

/** Reports a caller with too many requests waiting as a GraphQL error. */
function refuseTurn(error: unknown): never {
  if (error instanceof TooManyWaiting) {
    const http = { status: 429, headers: { 'retry-after': String(PAUSE) } };
    const message = `${error.message}: try again in ${PAUSE} seconds`;
    throw new GraphQLError(message, { extensions: { code: 'RATE_LIMITED', http } });
  }
  throw error;
}

/** Replaces the message of unexpected errors with the request id, and logs the error. */
function maskErrors(log: Logger): Plugin<Context, ServerContext> {
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
  // Yoga sets `unexpected` when the thrown value is not an Error.
  const isExpected = cause == null ? error.extensions['unexpected'] !== true : cause instanceof GraphQLError;
  if (isExpected) return error;
  const { nodes = null, path = null } = error;
  // The client has disconnected, so nobody reads this response.
  if (isCallerLeft(cause)) return new GraphQLError('the client disconnected', { nodes, path });
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

/** The extensions of an error after which a retry can succeed. Yoga sends `http`. @param pause in seconds */
const unavailableFor = (pause: number) => ({
  code: 'UNAVAILABLE',
  http: { status: 503, headers: { 'retry-after': String(pause) } },
});
