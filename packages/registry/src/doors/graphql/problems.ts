import type { FileFinding } from '../../store/checks/pushed-secrets.js';
import { builder } from './builder.js';

/** An expected failure, told apart by its kind. */
type AnyProblem =
  | { kind: 'invalid'; message: string; field: string | null }
  | { kind: 'not-found'; message: string }
  | { kind: 'forbidden'; message: string }
  | { kind: 'content-missing'; message: string; digests: string[] }
  | { kind: 'since-unknown'; message: string; newer: string[] }
  | { kind: 'secrets'; message: string; findings: FileFinding[] };

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

export const SinceUnknown = builder.objectRef<Problem<'since-unknown'>>('SinceUnknown').implement({
  description:
    'Nothing was changed: the registry does not hold the snapshot that the push is a difference to, because it was restored from ' +
    'a backup or replaced. Push again without `since`, naming everything.',
  interfaces: [ProblemInterface],
  fields: (t) => ({
    newer: t.exposeStringList('newer', {
      description:
        'Paths of the ref or its base that hold a recording pushed after `sinceAt`; without `sinceAt`, all of their paths. Leave ' +
        'them out where the file was not changed since it was pulled.',
    }),
  }),
});

const SecretFindingType = builder.objectRef<FileFinding>('SecretFinding').implement({
  description: 'Something in a recording that looks like a secret.',
  fields: (t) => ({
    path: t.exposeString('path'),
    digest: t.exposeString('digest'),
    kind: t.exposeString('kind', { description: 'What it is: `OpenAI API key`.' }),
    place: t.exposeString('place', {
      description: 'Where it stands: `$.response.body[3].choices[0].delta.content`.',
    }),
    masked: t.exposeString('masked', { description: 'Up to 4 characters of each end.' }),
  }),
});

/** Findings that one answer tells. */
const MOST_FINDINGS = 1_000;

export const SecretsFound = builder.objectRef<Problem<'secrets'>>('SecretsFound').implement({
  description:
    'Nothing was changed: recordings hold what looks like secrets. Record them again without, redact them, or allow them.',
  interfaces: [ProblemInterface],
  fields: (t) => ({
    findings: t.field({
      type: [SecretFindingType],
      resolve: ({ findings }) => findings.slice(0, MOST_FINDINGS),
    }),
  }),
});

const TYPES = {
  invalid: 'InvalidInput',
  'not-found': 'NotFound',
  forbidden: 'Forbidden',
  'content-missing': 'ContentMissing',
  'since-unknown': 'SinceUnknown',
  secrets: 'SecretsFound',
} as const;

/** The name of the GraphQL type of a result: that of its problem, or of its success. */
export function typeOfResult(result: { kind: string }, success: string): string {
  return (TYPES as Record<string, string>)[result.kind] ?? success;
}

/** The problem that a result is; null where it is a success. */
export function problemOf(result: unknown): { kind: string; message: string } | null {
  const { kind, message } = result as { kind?: unknown; message?: unknown };
  return typeof kind === 'string' && Object.hasOwn(TYPES, kind) ? { kind, message: String(message) } : null;
}
