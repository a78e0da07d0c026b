import type { ExchangeChange } from '../../review/differences/drift.js';
import type { ExchangeReading } from '../../vocabulary/recording.js';
import { plain } from '../../vocabulary/words.js';
import { builder } from './builder.js';
import { DriftLevelEnum } from './drift-enums.js';
import { ExchangeType } from './exchange.js';
import type { ContentKey } from './load-in-order.js';

/** A change of an exchange, with the contents that its two sides are in. */
export type ExchangeChangeShape = ExchangeChange & {
  contents: { before: ContentKey | null; after: ContentKey | null };
};

const ExchangeChangeKindEnum = builder.enumType('ExchangeChangeKind', {
  description: 'How an exchange of a cassette differs.',
  values: {
    ADDED: { description: 'Only the newer recording has the exchange.' },
    REMOVED: { description: 'Only the older recording has the exchange.' },
    CHANGED: { description: 'Request or response differ.' },
    MOVED: { description: 'Only its position among the exchanges with the same key differs.' },
  },
});

export const ExchangeChangeType = builder.objectRef<ExchangeChangeShape>('ExchangeChange').implement({
  description: 'An exchange of a cassette that differs between two recordings of a test.',
  fields: (t) => ({
    kind: t.field({
      type: ExchangeChangeKindEnum,
      description: 'The kind of the change.',
      resolve: ({ kind }) => kind,
    }),
    level: t.field({
      type: DriftLevelEnum,
      description: 'The level of the change.',
      resolve: ({ level }) => level,
    }),
    summary: t.exposeString('summary', { description: 'What changed, as a phrase.' }),
    reasons: t.stringList({
      description: 'Why the change has its level: one phrase for each difference, the highest level first.',
      resolve: ({ reasons }) => [...new Set(reasons.map(({ words }) => plain(words)))],
    }),
    before: t.field({
      type: ExchangeType,
      nullable: true,
      description: 'The exchange in the older recording. Null for an added exchange.',
      resolve: ({ before, contents }) => inContent(before, contents.before),
    }),
    after: t.field({
      type: ExchangeType,
      nullable: true,
      description: 'The exchange in the newer recording. Null for a removed exchange.',
      resolve: ({ after, contents }) => inContent(after, contents.after),
    }),
  }),
});

function inContent(exchange: ExchangeReading | null, content: ContentKey | null) {
  return exchange && content && { ...exchange, repositoryId: content.repositoryId, digest: content.digest };
}
