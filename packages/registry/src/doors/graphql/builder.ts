import SchemaBuilder from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import RelayPlugin from '@pothos/plugin-relay';
import { GraphQLError } from 'graphql';
import type { Context } from './context.js';

/**
 * What one query may cost: about one for each field of each row. The largest page of changes with both their
 * recordings is well below it.
 */
const COST = 100_000;

/** The builder that all types are declared on; `schema.ts` puts them together. */
export const builder = new SchemaBuilder<{
  Context: Context;
  DefaultFieldNullability: false;
  Scalars: { DateTime: { Input: Date; Output: Date }; ID: { Input: string; Output: string } };
}>({
  plugins: [RelayPlugin, ComplexityPlugin],
  defaultFieldNullability: false,
  complexity: {
    limit: { complexity: COST, depth: 12 },
    // Only connections say how many rows they give; other lists are short.
    defaultListMultiplier: 5,
    complexityError: (kind, { complexity, depth }) =>
      invalidInput(
        kind === 'Depth'
          ? `the query is ${depth} levels deep; at most 12 are answered`
          : `the query would cost ${complexity}, at most ${COST} is answered: ask for smaller pages or fewer fields`,
      ),
  },
  relay: {
    cursorType: 'String',
    nodesQueryOptions: false,
    decodeGlobalID: (id) => {
      const decoded = decodeId(id);
      if (!decoded) throw invalidInput(`"${id.slice(0, 80)}" is not an id that this registry gave`);
      return decoded;
    },
    encodeGlobalID: (typename, id) => encodeId(typename, String(id)),
  },
});

builder.queryType({ description: 'What the registry can be asked.' });
builder.mutationType({
  description: 'What changes the registry. Expected failures are part of each result.',
});

builder.scalarType('DateTime', {
  description: 'A moment in ISO 8601, in UTC.',
  serialize: (value) => value.toISOString(),
  parseValue: (value) => {
    const date = new Date(String(value));
    const year = date.getUTCFullYear();
    // Postgres reads no other years in this form; that of an invalid date is not a number.
    if (!(year >= 1 && year <= 9_999))
      throw invalidInput(`"${String(value).slice(0, 40)}" is not a moment in ISO 8601`);
    return date;
  },
});

/** An expected failure of a query that has no result type to put it in. */
export function invalidInput(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'INVALID_INPUT' } });
}

export function encodeId(typename: string, id: string): string {
  return Buffer.from(`${typename}:${id}`).toString('base64url');
}

export function decodeId(id: string): { typename: string; id: string } | null {
  const text = Buffer.from(id, 'base64url').toString();
  const colon = text.indexOf(':');
  if (colon < 1 || text.includes('\0')) return null;
  if (encodeId(text.slice(0, colon), text.slice(colon + 1)) !== id.replace(/=+$/, '')) return null;
  return { typename: text.slice(0, colon), id: text.slice(colon + 1) };
}
