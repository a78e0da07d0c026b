import { describeInstability, type Instability } from '../../review/flaky/flaky.js';
import { builder } from './builder.js';
import { DriftChangeType } from './drift.js';

const RestlessnessType = builder.objectRef<Instability>('Restlessness').implement({
  description: 'That the answer to one unchanged request keeps changing.',
  fields: (t) => ({
    withinPullRequest: t.exposeInt('withinPullRequest', {
      description: 'How often it changed between pushes of this pull request.',
    }),
    pullRequests: t.exposeInt('pullRequests', {
      description: 'In how many recent pull requests it differed from their base, this one counted.',
    }),
    ofPullRequests: t.exposeInt('ofPullRequests', { description: 'Of how many; at most 50.' }),
    words: t.string({ resolve: (restlessness) => describeInstability(restlessness) }),
  }),
});

builder.objectField(DriftChangeType, 'flaky', (t) =>
  t.field({
    type: RestlessnessType,
    nullable: true,
    description: 'Null unless the recording looks unstable.',
    resolve: async ({ path, flaky }) => (await flaky()).get(path) ?? null,
  }),
);
