import { builder } from './builder.js';

/** An expected failure, told apart by its kind. */
type AnyProblem =
  | { kind: 'invalid'; message: string; field: string | null }
  | { kind: 'not-found'; message: string }
  | { kind: 'forbidden'; message: string }
  | { kind: 'content-missing'; message: string; digests: string[] };

/** A problem of one of the kinds. */
export type Problem<Kind extends AnyProblem['kind']> = Extract<AnyProblem, { kind: Kind }>;

export const ProblemInterface = builder.interfaceRef<{ message: string }>('Problem').implement({
  description: 'An expected failure: what is wrong, where, and what to do.',
  fields: (t) => ({ message: t.exposeString('message') }),
});

export const InvalidInput = builder.objectRef<Problem<'invalid'>>('InvalidInput').implement({
  description: 'The input is wrong; the same again would fail again.',
  interfaces: [ProblemInterface],
  fields: (t) => ({
    field: t.exposeString('field', { nullable: true, description: 'The input that is wrong.' }),
  }),
});

export const NotFound = builder.objectRef<Problem<'not-found'>>('NotFound').implement({
  description: 'What was named does not exist, or the caller may not see it.',
  interfaces: [ProblemInterface],
});

export const Forbidden = builder.objectRef<Problem<'forbidden'>>('Forbidden').implement({
  description: 'The caller may see it but not do this.',
  interfaces: [ProblemInterface],
});

export const ContentMissing = builder.objectRef<Problem<'content-missing'>>('ContentMissing').implement({
  description: 'Nothing was changed: upload these contents and push again.',
  interfaces: [ProblemInterface],
  fields: (t) => ({
    digests: t.exposeStringList('digests', { description: 'The sha256 of each content that is missing.' }),
  }),
});

const TYPES = {
  invalid: 'InvalidInput',
  'not-found': 'NotFound',
  forbidden: 'Forbidden',
  'content-missing': 'ContentMissing',
} as const;

/** The name of the GraphQL type of a result: that of its problem, or of its success. */
export function typeOfResult(result: { kind: string }, success: string): string {
  return (TYPES as Record<string, string>)[result.kind] ?? success;
}
