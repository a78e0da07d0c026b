import type { FileFinding } from '../../store/checks/check-secrets.js';
import { builder } from './builder.js';
import { SecretFindingType } from './problems.js';

/** Maximum number of findings in the list. */
const MOST = 20;

const KindCountType = builder.objectRef<{ kind: string; count: number }>('SecretKindCount').implement({
  description: 'A kind of secret, and how often it was found.',
  fields: (t) => ({
    kind: t.exposeString('kind', { description: 'The kind, such as `URL parameter x-amz-signature`.' }),
    count: t.exposeInt('count', { description: 'The number of findings.' }),
  }),
});

export const PossibleSecretsType = builder.objectRef<FileFinding[]>('PossibleSecrets').implement({
  description: 'What may be a secret in recordings and is not allowed. The recordings are stored.',
  fields: (t) => ({
    totalCount: t.int({ description: 'The number of findings.', resolve: (all) => all.length }),
    fileCount: t.int({
      description: 'The number of recordings with findings.',
      resolve: (all) => new Set(all.map(({ path }) => path)).size,
    }),
    kinds: t.field({
      type: [KindCountType],
      description: 'The kinds, the most frequent first.',
      resolve: countKinds,
    }),
    findings: t.field({
      type: [SecretFindingType],
      description: `What was found, and where: the first ${MOST}, masked.`,
      resolve: (all) => all.slice(0, MOST),
    }),
  }),
});

function countKinds(findings: FileFinding[]): { kind: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { kind } of findings) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts]
    .map(([kind, count]) => ({ kind, count }))
    .sort((a, b) => b.count - a.count || (a.kind < b.kind ? -1 : 1));
}
