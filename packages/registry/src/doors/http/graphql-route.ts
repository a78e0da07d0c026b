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
import { invalidInput } from '../graphql/builder.js';
import type { Context } from '../graphql/context.js';
import { coerceFileLists } from '../graphql/file-lists.js';
import { makeRecordingLoaders } from '../graphql/recording-loaders.js';
import { refuseUnstorableText } from '../graphql/refuse-unstorable-text.js';
import { schema } from '../graphql/schema.js';
import { FairTurns, PAUSE, TooManyWaiting, type Turn } from '../limits/fair-turns.js';
import { isDeeperThan } from '../limits/json-depth.js';
import { callerKey } from '../limits/rate-limits.js';
import { httpError, STORE_PAUSE } from '../request/http-error.js';
import type { App, AppEnvironment, Services } from '../request/services.js';
import { logDatabaseFailure } from './failure-answer.js';
import { freshnessOf, POSITION_HEADER } from './freshness.js';
import { readGraphqlBody } from './graphql-body.js';

/** What one query may ask: far above every query of ours, far below what would hurt. */
const BOUNDS = { depth: 12, aliases: 30, directives: 20, tokens: 2_000, variables: 8 };

/**
 * Each large answer is in memory whole until it is one text, and one thread makes them all: more at once would not
 * be ready sooner. All jobs of a workflow, which are one caller, ask for theirs at once.
 */
const LARGE_ANSWERS = { atOnce: 3, perCaller: 2, waiting: 500 };

/** `POST /graphql`, and `GET` for queries. */
export function addGraphqlRoute(app: App, services: Services): void {
  const { protection, connection } = services;
  const open = makeYoga(services, []);
  const closed = makeYoga(services, [
    { onValidate: ({ addValidationRule }) => addValidationRule(NoSchemaIntrospectionCustomRule) },
  ]);
  const largeAnswers = new FairTurns(LARGE_ANSWERS);
  app.use('/graphql', onlyJson);
  app.on(['GET', 'POST', 'OPTIONS'], '/graphql', async (c) => {
    const mayIntrospect = protection.introspection === 'all' || c.get('identity') !== ANONYMOUS;
    const body = await readGraphqlBody(c, services.bodies);
    if (body instanceof Response) return body;
    const caller = callerKey(c.get('identity'), c.get('address'));
    const turn = largeAnswers.turn(caller, () => c.req.raw.signal);
    const refusals: Refusal[] = [];
    // What comes back is one text.
    const response = await Promise.resolve(
      (mayIntrospect ? open : closed).handleRequest(body.request, {
        c,
        turn,
        refusals,
        isLarge: body.request !== c.req.raw,
      }),
    ).finally(async () => {
      turn.release();
      body.free();
      // Also when the client left meanwhile: nobody may try without a trace.
      if (refusals.length > 0) await recordRefusals(connection.db, c.get('caller'), refusals);
    });
    const position = c.get('mayWrite') ? await connection.reads.position() : null;
    if (position !== null) response.headers.set(POSITION_HEADER, position);
    return response;
  });
}

/** What yoga is given along with a request. */
interface Asked {
  c: HonoContext<AppEnvironment>;
  turn: Turn;
  refusals: Refusal[];
  isLarge: boolean;
}

function makeYoga(services: Services, plugins: Plugin<Context>[]) {
  const { connection, reports, publicUrl, limits, metrics, tracing, reader, log } = services;
  const { blocks } = connection;
  return createYoga<Asked, Context>({
    context: async ({ params, c, turn, refusals, isLarge }) => {
      // A query that has the word in a string reads from the primary, too; that does no harm.
      const mayWrite = /\bmutation\b/.test(params.query ?? '');
      c.set('mayWrite', mayWrite);
      // Others are answered between the parsing of a large request and its execution.
      if (isLarge) await setImmediate();
      const db = mayWrite ? connection.db : await connection.reads.databaseFor(freshnessOf(c));
      return {
        db,
        primary: connection.db,
        blocks,
        reader,
        loaders: makeRecordingLoaders({ db, primary: connection.db, blocks }),
        identity: c.get('identity'),
        caller: c.get('caller'),
        requestId: c.get('requestId'),
        countAttempt: () => limits.failed('anonymous-write', c.get('address')),
        refusals,
        fileLists: new Map(),
        forCaller: (work) => forCaller(c.req.raw.signal, work),
        awaitLargeResponseTurn: () => turn.take().catch(refuseTurn),
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
        onParams: async ({ params, context }) => {
          if (isDeeperThan(params.variables, BOUNDS.variables)) {
            throw invalidInput(`the variables are nested deeper than ${BOUNDS.variables} levels`);
          }
          if ((context as unknown as Asked).isLarge) await setImmediate();
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

/** Says why a request gets no turn to make a large answer. */
function refuseTurn(error: unknown): never {
  if (error instanceof TooManyWaiting) {
    const http = { status: 429, headers: { 'retry-after': String(PAUSE) } };
    const message = `${error.message}: try again in ${PAUSE} seconds`;
    throw new GraphQLError(message, { extensions: { code: 'RATE_LIMITED', http } });
  }
  throw error;
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
  // Nobody reads this answer.
  if (isCallerLeft(cause)) return new GraphQLError('the caller left', { nodes, path });
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
