import { describeInstability, type Instability } from '../../review/flaky/flaky.js';
import { builder } from './builder.js';
import { DriftChangeType } from './drift.js';

const RestlessnessType = builder.objectRef<Instability>('Restlessness').implement({
  description: 'How often the answer to an unchanged request changed.',
  fields: (t) => ({
    withinPullRequest: t.exposeInt('withinPullRequest', {
      description: 'How often the answer changed between pushes of this pull request.',
    }),
    pullRequests: t.exposeInt('pullRequests', {
      description:
        'The number of recent pull requests, including this one, whose answer differs from their base.',
    }),
    ofPullRequests: t.exposeInt('ofPullRequests', {
      description: 'The number of recent pull requests that were compared; at most 50.',
    }),
    words: t.string({
      description: 'The same as a phrase: `changed in 4 of the last 10 pull requests`.',
      resolve: (restlessness) => describeInstability(restlessness),
    }),
  }),
});

builder.objectField(DriftChangeType, 'flaky', (t) =>
  t.field({
    type: RestlessnessType,
    nullable: true,
    description: 'Set when the answer to this request is unstable.',
    resolve: async ({ path, flaky }) => (await flaky()).get(path) ?? null,
  }),
);
