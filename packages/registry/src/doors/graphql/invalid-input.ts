import { GraphQLError } from 'graphql';

/** An expected failure of a query that has no union type for its failures. */
export function invalidInput(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'INVALID_INPUT' } });
}
