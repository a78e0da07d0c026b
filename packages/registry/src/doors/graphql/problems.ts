import type { FileFinding } from '../../store/checks/check-secrets.js';
import { builder } from './builder.js';

/** An expected failure. `kind` selects its GraphQL type. */
type AnyProblem =
  | { kind: 'invalid'; message: string; field: string | null }
  | { kind: 'not-found'; message: string }
  | { kind: 'forbidden'; message: string }
  | { kind: 'content-missing'; message: string; digests: string[] }
  | { kind: 'since-unknown'; message: string; newer: string[] }
  | { kind: 'secrets'; message: string; findings: FileFinding[] };

/** A problem of the given kinds. */
export type Problem<Kind extends AnyProblem['kind']> = Extract<AnyProblem, { kind: Kind }>;

export const ProblemInterface = builder.interfaceRef<{ message: string }>('Problem').implement({
  description: 'An expected failure.',
  fields: (t) => ({
    message: t.exposeString('message', { description: 'What is wrong, where, and what to do.' }),
  }),
});

export const InvalidInput = builder.objectRef<Problem<'invalid'>>('InvalidInput').implement({
  description: 'The input is invalid. A retry with the same input fails again.',
  interfaces: [ProblemInterface],
  fields: (t) => ({
    field: t.exposeString('field', { nullable: true, description: 'The name of the invalid input field.' }),
  }),
});

export const NotFound = builder.objectRef<Problem<'not-found'>>('NotFound').implement({
  description: 'The object does not exist, or the caller cannot read it.',
  interfaces: [ProblemInterface],
});

export const Forbidden = builder.objectRef<Problem<'forbidden'>>('Forbidden').implement({
  description: 'The caller can read the object, but lacks the permission for this operation.',
  interfaces: [ProblemInterface],
});

export const ContentMissing = builder.objectRef<Problem<'content-missing'>>('ContentMissing').implement({
  description: 'The push changed nothing, because contents are missing. Upload them, then push again.',
  interfaces: [ProblemInterface],
  fields: (t) => ({
    digests: t.exposeStringList('digests', { description: 'The sha256 of each missing content, in hex.' }),
  }),
});

export const SinceUnknown = builder.objectRef<Problem<'since-unknown'>>('SinceUnknown').implement({
  description:
    'The push changed nothing, because the registry does not have the snapshot `since`: it was restored ' +
    'from a backup or replaced. Push again without `since` and with all recordings.',
  interfaces: [ProblemInterface],
  fields: (t) => ({
    newer: t.exposeStringList('newer', {
      description:
        'The paths of the ref or its base whose recordings were pushed after `sinceAt`, or all of their ' +
        'paths without `sinceAt`. Leave those out whose files you did not change since you pulled them.',
    }),
  }),
});

const CertaintyEnum = builder.enumType('SecretCertainty', {
  description: 'How certain it is that a finding is a secret.',
  values: {
    CERTAIN: {
      description:
        'The shape of a key, a header of authentication, a private key, or a telling name in what the client ' +
        'sends. Refuses a push.',
    },
    POSSIBLE: {
      description:
        'A long value after a telling name inside content, such as the signature of a link in a search ' +
        'result. A warning; the recording is stored.',
    },
  } as const,
});

export const SecretFindingType = builder.objectRef<FileFinding>('SecretFinding').implement({
  description: 'Something in a recording that looks like a secret.',
  fields: (t) => ({
    path: t.exposeString('path', { description: 'The path of the recording.' }),
    digest: t.exposeString('digest', { description: 'The sha256 of the recording, in hex.' }),
    kind: t.exposeString('kind', { description: 'The kind of secret, such as `OpenAI API key`.' }),
    place: t.exposeString('place', {
      description: 'The place in the file, such as `$.response.body[3].choices[0].delta.content`.',
    }),
    certainty: t.field({
      type: CertaintyEnum,
      description: 'Whether it refuses a push.',
      resolve: ({ certainty }) => certainty ?? 'CERTAIN',
    }),
    masked: t.exposeString('masked', {
      description: 'The masked secret: at most the first 4 and the last 4 characters.',
    }),
  }),
});

/** Maximum number of findings in one response. */
const MAXIMUM_FINDINGS = 1_000;

export const SecretsFound = builder.objectRef<Problem<'secrets'>>('SecretsFound').implement({
  description:
    'Nothing was changed, because recordings contain what looks like secrets. Record them again without ' +
    'secrets, redact them, or allow them.',
  interfaces: [ProblemInterface],
  fields: (t) => ({
    findings: t.field({
      type: [SecretFindingType],
      description: 'What looks like a secret, and where; at most 1,000 findings.',
      resolve: ({ findings }) => findings.slice(0, MAXIMUM_FINDINGS),
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

/** The name of a result's GraphQL type: the type of its problem, or `success`. */
export function resultTypeName(result: { kind: string }, success: string): string {
  return (TYPES as Record<string, string>)[result.kind] ?? success;
}

/** The problem in a result; null when the result is a success. */
export function findProblem(result: unknown): { kind: string; message: string } | null {
  const { kind, message } = result as { kind?: unknown; message?: unknown };
  return typeof kind === 'string' && Object.hasOwn(TYPES, kind) ? { kind, message: String(message) } : null;
}
