import type { ObjectRef, SchemaTypes } from '@pothos/core';
import { resolveCursorConnection } from '@pothos/plugin-relay';
import { builder, invalidInput } from './builder.js';

/** The most that one page may hold. */
export const PAGE_MAXIMUM = 500;
const DEFAULT_PAGE = 50;

export interface PageArguments {
  first?: number | null | undefined;
  last?: number | null | undefined;
  after?: string | null | undefined;
  before?: string | null | undefined;
}

/** Which rows a page wants, as a store takes it. Cursors are the key of the row that they point at. */
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
  /** Counted only when it is asked for. */
  totalCount: () => Promise<number>;
}

/** A search reads every text of a state, so that one query may have few of them. */
const SEARCH_COST = 20_000;

/** What a page may cost: one for each field of each row. */
export function pageComplexity(args: PageArguments): { field: number; multiplier: number } {
  return { field: 1, multiplier: Math.min(args.last ?? args.first ?? DEFAULT_PAGE, PAGE_MAXIMUM) };
}

/** The same for pages that may be searched. */
export function searchComplexity(
  args: PageArguments & { filter?: { search?: string | null | undefined } | null | undefined },
): { field: number; multiplier: number } {
  return { ...pageComplexity(args), field: args.filter?.search ? SEARCH_COST : 1 };
}

/** Declares the connection type of a node type: `NAMEConnection` with `NAMEEdge`. */
export function connectionType<Row>(name: string, node: ObjectRef<SchemaTypes, Row>) {
  const edge = builder.objectRef<Connection<Row>['edges'][number]>(`${name}Edge`).implement({
    fields: (t) => ({
      cursor: t.exposeString('cursor'),
      node: t.field({ type: node, resolve: (parent) => parent.node as never }),
    }),
  });
  return builder.objectRef<Connection<Row>>(`${name}Connection`).implement({
    fields: (t) => ({
      totalCount: t.int({ resolve: (parent) => parent.totalCount() }),
      nodes: t.field({
        type: [node],
        complexity: { multiplier: 1 },
        resolve: (parent) => parent.edges.map((each) => each.node) as never,
      }),
      edges: t.field({ type: [edge], complexity: { multiplier: 1 }, resolve: (parent) => parent.edges }),
      pageInfo: t.field({ type: builder.pageInfoRef(), resolve: (parent) => parent.pageInfo as never }),
    }),
  });
}

/**
 * Makes a Relay connection from a query by key. Cursors name a key rather than a count, so a page stays right
 * whatever is added before it, and costs the same however far it is.
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
    if (size != null && (size < 0 || size > PAGE_MAXIMUM)) {
      throw invalidInput(
        `${name} may be 0 to ${PAGE_MAXIMUM}, not ${size}: ask for the next page with a cursor`,
      );
    }
  }
  if (args.first === 0 || args.last === 0) {
    const pageInfo = { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null };
    return { edges: [], pageInfo, totalCount };
  }
  // With `last` the default of `first` does not count.
  const { first, ...rest } = args;
  const connection = await resolveCursorConnection(
    {
      args: args.last == null ? { ...rest, first: first ?? null } : rest,
      defaultSize: DEFAULT_PAGE,
      maxSize: PAGE_MAXIMUM,
      toCursor: (row: unknown) => Buffer.from(keyOf(row as Row)).toString('base64url'),
    },
    ({ after, before, limit, inverted }) =>
      load({
        after: after === undefined ? null : keyOfCursor(after),
        before: before === undefined ? null : keyOfCursor(before),
        limit,
        fromEnd: inverted,
      }),
  );
  return { ...(connection as unknown as Omit<Connection<Row>, 'totalCount'>), totalCount };
}

function keyOfCursor(cursor: string): string {
  const key = Buffer.from(cursor, 'base64url').toString();
  if (Buffer.from(key).toString('base64url') !== cursor || key.includes('\0')) {
    throw invalidInput(`"${cursor.slice(0, 80)}" is not a cursor that this registry gave`);
  }
  return key;
}
