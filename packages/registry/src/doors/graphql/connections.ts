import type { ObjectRef, SchemaTypes } from '@pothos/core';
import { resolveCursorConnection } from '@pothos/plugin-relay';
import type { RecordingFilter } from '../../store/snapshots/recording-filter.js';
import { builder } from './builder.js';
import { invalidInput } from './invalid-input.js';

/** Maximum number of rows of one page. */
export const MAXIMUM_PAGE_SIZE = 500;
const DEFAULT_PAGE_SIZE = 50;

export interface PageArguments {
  first?: number | null | undefined;
  last?: number | null | undefined;
  after?: string | null | undefined;
  before?: string | null | undefined;
}

/** The rows of one page, as a store loads them. A cursor is the key of a row. */
export interface KeysetPage {
  after: string | null;
  before: string | null;
  limit: number;
  fromEnd: boolean;
}

/** One page of a connection, as Relay specifies it. */
export interface Connection<Row> {
  edges: { cursor: string; node: Row }[];
  pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor?: string | null | undefined;
    endCursor?: string | null | undefined;
  };
  /** Runs a count query, so it is called only when the field is selected. */
  totalCount: () => Promise<number>;
}

/**
 * A search reads all texts of a state, and some filters read what is known of each content, so a query can
 * contain only a few of them.
 */
const SEARCH_COST = 20_000;
const EXPENSIVE: readonly (keyof RecordingFilter)[] = [
  'search',
  'playable',
  'isPlayable',
  'outcome',
  'format',
  'recordedBefore',
  'unusedSince',
];

/** The complexity of a page: one for each field of each row. */
export function pageComplexity(args: PageArguments): { field: number; multiplier: number } {
  return { field: 1, multiplier: Math.min(args.last ?? args.first ?? DEFAULT_PAGE_SIZE, MAXIMUM_PAGE_SIZE) };
}

/** The complexity of a page with an optional filter. */
export function searchComplexity(args: PageArguments & { filter?: RecordingFilter | null | undefined }): {
  field: number;
  multiplier: number;
} {
  const isExpensive = EXPENSIVE.some((field) => (args.filter?.[field] ?? '') !== '');
  return { ...pageComplexity(args), field: isExpensive ? SEARCH_COST : 1 };
}

/**
 * Declares the connection type of a node type: `<name>Connection` with `<name>Edge`.
 * @param countCost the cost of `totalCount`, which reads all items, not only those of the page
 */
export function connectionType<Row>(name: string, node: ObjectRef<SchemaTypes, Row>, countCost = 20) {
  const edge = builder.objectRef<Connection<Row>['edges'][number]>(`${name}Edge`).implement({
    description: `One item of a page of \`${name}Connection\`.`,
    fields: (t) => ({
      cursor: t.exposeString('cursor', { description: 'The cursor of this item, for `after` and `before`.' }),
      node: t.field({
        type: node,
        description: 'The item itself.',
        resolve: (parent) => parent.node as never,
      }),
    }),
  });
  return builder.objectRef<Connection<Row>>(`${name}Connection`).implement({
    description: 'One page of a list, as the Relay cursor connections specification defines it.',
    fields: (t) => ({
      totalCount: t.int({
        complexity: countCost,
        description: 'The number of items on all pages.',
        resolve: (parent) => parent.totalCount(),
      }),
      nodes: t.field({
        type: [node],
        description: 'The items of this page, without their cursors.',
        complexity: { multiplier: 1 },
        resolve: (parent) => parent.edges.map((each) => each.node) as never,
      }),
      edges: t.field({
        type: [edge],
        description: 'The items of this page, with their cursors.',
        complexity: { multiplier: 1 },
        resolve: (parent) => parent.edges,
      }),
      pageInfo: t.field({
        type: builder.pageInfoRef(),
        description: 'Whether other pages exist, and the cursors to load them.',
        resolve: (parent) => parent.pageInfo as never,
      }),
    }),
  });
}

/**
 * Makes a Relay connection from a keyset query. A cursor contains a key, not an offset: pages stay
 * correct when rows are added, and every page costs the same. Throws an `INVALID_INPUT` error.
 */
export async function keysetConnection<Row>(
  args: PageArguments,
  keyOf: (row: Row) => string,
  load: (page: KeysetPage) => Promise<Row[]>,
  totalCount: () => Promise<number>,
): Promise<Connection<Row>> {
  for (const [name, size] of [
    ['first', args.first],
    ['last', args.last],
  ] as const) {
    if (size != null && (size < 0 || size > MAXIMUM_PAGE_SIZE)) {
      throw invalidInput(
        `${name} must be from 0 to ${MAXIMUM_PAGE_SIZE}, not ${size}: load further pages with a cursor`,
      );
    }
  }
  if (args.first === 0 || args.last === 0) {
    const pageInfo = { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null };
    return { edges: [], pageInfo, totalCount };
  }
  // `first` has a default value, which must not apply together with `last`.
  const { first, ...rest } = args;
  const connection = await resolveCursorConnection(
    {
      args: args.last == null ? { ...rest, first: first ?? null } : rest,
      defaultSize: DEFAULT_PAGE_SIZE,
      maxSize: MAXIMUM_PAGE_SIZE,
      toCursor: (row: unknown) => encodeCursor(keyOf(row as Row)),
    },
    ({ after, before, limit, inverted }) =>
      load({
        after: after === undefined ? null : decodeCursor(after),
        before: before === undefined ? null : decodeCursor(before),
        limit,
        fromEnd: inverted,
      }),
  );
  return { ...(connection as unknown as Omit<Connection<Row>, 'totalCount'>), totalCount };
}

/** The cursor of a key. */
export function encodeCursor(key: string): string {
  return Buffer.from(key).toString('base64url');
}

/** The key of a cursor. Throws an `INVALID_INPUT` error for a text that is none. */
export function decodeCursor(cursor: string): string {
  const key = Buffer.from(cursor, 'base64url').toString();
  if (Buffer.from(key).toString('base64url') !== cursor || key.includes('\0')) {
    throw invalidInput(`"${cursor.slice(0, 80)}" is not a cursor of this registry`);
  }
  return key;
}
