import { EnvelopArmorPlugin } from '@escape.tech/graphql-armor';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { GraphQLError } from 'graphql';
import { createYoga } from 'graphql-yoga';
import type { Context } from '../graphql/context.js';
import { makeRecordingLoaders } from '../graphql/recording-loaders.js';
import { schema } from '../graphql/schema.js';
import { currentRequest } from './request-context.js';
import type { App, Services } from './services.js';

/** What one query may ask: far above every query of ours, far below what would hurt. */
const BOUNDS = { depth: 12, aliases: 30, directives: 20, tokens: 2_000 };

/** `POST /graphql`, and GraphiQL for browsers. */
export function addGraphqlRoute(app: App, { connection, reports, publicUrl }: Services): void {
  const yoga = createYoga<Context>({
    schema,
    graphqlEndpoint: '/graphql',
    landingPage: false,
    // Served from here: a page where people paste tokens must not load scripts from elsewhere.
    renderGraphiQL,
    graphiql: { title: 'Fixture Registry', defaultQuery: EXAMPLE },
    // What happens is logged once for each request, and unexpected errors below.
    logging: false,
    batching: false,
    cors: false,
    maskedErrors: { maskError },
    plugins: [
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
  app.on(['GET', 'POST', 'OPTIONS'], '/graphql', (c) =>
    yoga.fetch(c.req.raw, {
      db: connection.db,
      blocks: connection.blocks,
      identity: c.get('identity'),
      requestId: c.get('requestId'),
      publicUrl,
      reports,
      loaders: makeRecordingLoaders(connection),
    }),
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
  request?.log.error({ err: cause }, 'unexpected error');
  return new GraphQLError(`Unexpected error. Request id ${request?.requestId ?? 'unknown'}`, {
    nodes: error instanceof GraphQLError ? (error.nodes ?? null) : null,
    path: error instanceof GraphQLError ? (error.path ?? null) : null,
    extensions: { code: 'INTERNAL' },
  });
}

const EXAMPLE = `# Set the header Authorization to "Bearer <token>" below, then ask:
query {
  repository(owner: "acme", name: "support-desk") {
    models { model recordings }
    recordings(filter: { model: "gpt-4o" }, first: 10) {
      totalCount
      nodes { testId hash responseText }
    }
  }
}
`;
