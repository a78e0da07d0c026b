import { makeDriftWork } from '../../review/drift/drift-work.js';
import {
  findSuperseded,
  type Superseded,
  type SupersededPosition,
} from '../../review/unread/find-superseded.js';
import { findDefaultRef } from '../../store/snapshots/ref-store.js';
import { countRuns } from '../../store/uses/use-store.js';
import { builder } from './builder.js';
import { decodeCursor, encodeCursor, MAXIMUM_PAGE_SIZE, pageComplexity } from './connections.js';
import { invalidInput } from './invalid-input.js';
import { RecordingNode } from './recording.js';
import { RepositoryNode, resolveState } from './repository.js';

interface SupersededShape {
  edges: { cursor: string; node: Superseded }[];
  endCursor: string | null;
  hasPreviousPage: boolean;
  hasNextPage: boolean;
  runs: number;
  skippedTests: number;
}

const SupersededRecordingType = builder.objectRef<Superseded>('SupersededRecording').implement({
  description:
    'A recording that no run read, although runs read another of the same test and nearly the same request.',
  fields: (t) => ({
    recording: t.field({
      type: RecordingNode,
      description: 'The recording that no run of the default branch ever read.',
      resolve: ({ recording }) => recording,
    }),
    runsSince: t.exposeInt('runsSince', {
      description: 'The number of runs that count since the first one that pulled the recording.',
    }),
    supersededBy: t.field({
      type: RecordingNode,
      description: 'The recording with the most similar request among those that runs read.',
      resolve: ({ by }) => by,
    }),
  }),
});

const SupersededEdge = builder
  .objectRef<SupersededShape['edges'][number]>('SupersededRecordingEdge')
  .implement({
    description: 'One item of a page of `SupersededRecordingConnection`.',
    fields: (t) => ({
      cursor: t.exposeString('cursor', { description: 'The cursor of this item, for `after`.' }),
      node: t.field({
        type: SupersededRecordingType,
        description: 'The item itself.',
        resolve: ({ node }) => node,
      }),
    }),
  });

const SupersededConnection = builder.objectRef<SupersededShape>('SupersededRecordingConnection').implement({
  description: 'One page of a list, as the Relay cursor connections specification defines it.',
  fields: (t) => ({
    runs: t.exposeInt('runs', {
      description: 'The number of runs of the default branch that count; 0 while nothing is known.',
    }),
    skippedTests: t.exposeInt('skippedTests', {
      description:
        'The number of tests that this page leaves out, because one of their calls has too many recordings.',
    }),
    nodes: t.field({
      type: [SupersededRecordingType],
      description: 'The items of this page, without their cursors.',
      complexity: { multiplier: 1 },
      resolve: ({ edges }) => edges.map(({ node }) => node),
    }),
    edges: t.field({
      type: [SupersededEdge],
      description: 'The items of this page, with their cursors.',
      complexity: { multiplier: 1 },
      resolve: ({ edges }) => edges,
    }),
    pageInfo: t.field({
      type: builder.pageInfoRef(),
      description: 'Whether other pages exist, and the cursors to load them.',
      resolve: ({ edges, endCursor, hasNextPage, hasPreviousPage }) =>
        ({ hasNextPage, hasPreviousPage, startCursor: edges[0]?.cursor ?? null, endCursor }) as never,
    }),
  }),
});

builder.objectField(RepositoryNode, 'superseded', (t) =>
  t.field({
    type: SupersededConnection,
    // A page reads the requests of up to 50 tests.
    complexity: (args) => ({ ...pageComplexity(args), field: 5_000 }),
    description:
      'The recordings of the default branch that no run read, although runs read another of the same test, ' +
      'model and endpoint with nearly the same request. A page may have fewer items than ' +
      'requested and still not be the last.',
    args: {
      first: t.arg.int({
        defaultValue: 50,
        required: true,
        description: 'The number of items from the beginning: at most 500.',
      }),
      after: t.arg.string({ description: 'The cursor after which the page begins.' }),
    },
    resolve: async (repository, { first, after }, context): Promise<SupersededShape> => {
      if (first < 1 || first > MAXIMUM_PAGE_SIZE)
        throw invalidInput(`first must be from 1 to ${MAXIMUM_PAGE_SIZE}, not ${first}`);
      const position = after == null ? null : positionOf(after);
      const branch = await findDefaultRef(context.db, repository.id);
      const runs = branch === null ? 0 : await countRuns(context.db, branch);
      const empty = {
        edges: [],
        endCursor: null,
        hasNextPage: false,
        hasPreviousPage: false,
        skippedTests: 0,
      };
      if (branch === null || runs === 0) return { ...empty, runs };
      const { snapshot } = await resolveState(context, repository, null);
      await context.awaitLargeResponseTurn();
      const { sketch } = makeDriftWork(context.reader);
      const { found, skippedTests, next } = await context.forCaller(() =>
        findSuperseded(context, snapshot, { after: position, limit: first }, sketch),
      );
      const edges = found.map((node) => ({ cursor: cursorOf(node.recording), node }));
      const endCursor = next === null ? (edges.at(-1)?.cursor ?? null) : cursorOf(next);
      const pages = { hasNextPage: next !== null, hasPreviousPage: position !== null };
      return { edges, endCursor, ...pages, runs, skippedTests };
    },
  }),
);

function cursorOf({ testId, path }: { testId: string | null; path: string }): string {
  return encodeCursor(JSON.stringify([testId ?? '', path]));
}

function positionOf(cursor: string): SupersededPosition {
  const parsed = parse(decodeCursor(cursor));
  if (Array.isArray(parsed) && parsed.length === 2) {
    const [testId, path] = parsed;
    if (typeof testId === 'string' && typeof path === 'string') return { testId, path };
  }
  throw invalidInput(`"${cursor.slice(0, 80)}" is not a cursor of this list`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
