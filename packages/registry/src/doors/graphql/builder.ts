import SchemaBuilder from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import RelayPlugin from '@pothos/plugin-relay';
import type { Context } from './context.js';
import { invalidInput } from './invalid-input.js';

/**
 * Maximum complexity of a query: about one for each field of each row. The largest page of changes,
 * each with both recordings, is well below it.
 */
const MAXIMUM_COST = 100_000;

/** The builder on which all types are declared. `schema.ts` imports them and builds the schema. */
export const builder = new SchemaBuilder<{
  Context: Context;
  DefaultFieldNullability: false;
  Scalars: { DateTime: { Input: Date; Output: Date }; ID: { Input: string; Output: string } };
}>({
  plugins: [RelayPlugin, ComplexityPlugin],
  defaultFieldNullability: false,
  complexity: {
    limit: { complexity: MAXIMUM_COST, depth: 12 },
    // Connections set their own multiplier; all other lists are short.
    defaultListMultiplier: 5,
    complexityError: (kind, { complexity, depth }) =>
      invalidInput(
        kind === 'Depth'
          ? `the query is ${depth} levels deep; the maximum is 12`
          : `the query has a cost of ${complexity}; the maximum is ${MAXIMUM_COST}: ` +
              'request smaller pages or fewer fields',
      ),
  },
  relay: {
    cursorType: 'String',
    nodesQueryOptions: false,
    nodeTypeOptions: { description: 'An object with an id, which the query `node` can load.' },
    idFieldOptions: { description: 'The id of this object, for the query `node`.' },
    nodeQueryOptions: {
      description: 'Any object by its id. Null when it does not exist, or the caller cannot read it.',
      args: { id: { description: 'The `id` of the object.' } },
    },
    pageInfoTypeOptions: { description: 'The position of a page within its connection.' },
    hasNextPageFieldOptions: { description: 'Whether more items follow this page.' },
    hasPreviousPageFieldOptions: { description: 'Whether items precede this page.' },
    startCursorFieldOptions: { description: 'The cursor of the first item; pass it as `before`.' },
    endCursorFieldOptions: { description: 'The cursor of the last item; pass it as `after`.' },
    firstArgOptions: { description: 'The number of items from the beginning: at most 500, by default 50.' },
    lastArgOptions: { description: 'The number of items from the end: at most 500.' },
    afterArgOptions: { description: 'Returns the items after this cursor.' },
    beforeArgOptions: { description: 'Returns the items before this cursor.' },
    decodeGlobalID: (id) => {
      const decoded = decodeId(id);
      if (!decoded) throw invalidInput(`"${id.slice(0, 80)}" is not an id of this registry`);
      return decoded;
    },
    encodeGlobalID: (typename, id) => encodeId(typename, String(id)),
  },
});

builder.queryType({ description: 'All queries. They change nothing.' });
builder.mutationType({
  description: 'All mutations. Each returns a union of its success and its expected failures.',
});

builder.scalarType('DateTime', {
  description: 'A date and time in UTC, in ISO 8601 format: `2026-03-14T09:26:53.000Z`.',
  serialize: (value) => value.toISOString(),
  parseValue: (value) => {
    const date = new Date(String(value));
    const year = date.getUTCFullYear();
    // Postgres parses only these years in this format. The year of an invalid date is NaN.
    if (!(year >= 1 && year <= 9_999))
      throw invalidInput(`"${String(value).slice(0, 40)}" is not a date and time in ISO 8601 format`);
    return date;
  },
});

/** Encodes the id of a node as an opaque string. */
export function encodeId(typename: string, id: string): string {
  return Buffer.from(`${typename}:${id}`).toString('base64url');
}

/** Decodes the id of a node; null when `encodeId` cannot have made it. */
export function decodeId(id: string): { typename: string; id: string } | null {
  const text = Buffer.from(id, 'base64url').toString();
  const colon = text.indexOf(':');
  if (colon < 1 || text.includes('\0')) return null;
  if (encodeId(text.slice(0, colon), text.slice(colon + 1)) !== id.replace(/=+$/, '')) return null;
  return { typename: text.slice(0, colon), id: text.slice(colon + 1) };
}
