import { describeInstability, type Instability } from '../../review/flaky/flaky.js';
import { fetchUnstable, type UnstableRecording } from '../../review/flaky/unstable-store.js';
import { builder } from './builder.js';
import { MAXIMUM_PAGE_SIZE } from './connections.js';
import { DriftChangeType } from './drift.js';
import { invalidInput } from './invalid-input.js';
import { RepositoryNode } from './repository.js';

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

const UnstableRecordingType = builder.objectRef<UnstableRecording>('UnstableRecording').implement({
  description: 'A recording whose response changed in recent pull requests although its request did not.',
  fields: (t) => ({
    path: t.exposeString('path', { description: 'The path of the recording.' }),
    testId: t.exposeString('testId', { nullable: true, description: 'The test of the recording.' }),
    model: t.exposeString('model', { nullable: true, description: 'The model that the request names.' }),
    pullRequests: t.exposeInt('pullRequests', {
      description: 'The number of recent pull requests whose response differs from their base.',
    }),
    ofPullRequests: t.exposeInt('ofPullRequests', {
      description: 'The number of recent pull requests that were compared; at most 50.',
    }),
    betweenPushes: t.int({
      description: 'How often the response changed between pushes of one of these pull requests.',
      resolve: ({ withinPullRequest }) => withinPullRequest,
    }),
    words: t.string({
      description: 'The same as a phrase: `changed in 4 of the last 10 pull requests`.',
      resolve: (unstable) => describeInstability(unstable, 'a pull request'),
    }),
  }),
});

builder.objectField(RepositoryNode, 'unstable', (t) =>
  t.field({
    type: [UnstableRecordingType],
    // The query compares the responses of up to 50 pull requests with their bases.
    complexity: ({ first }) => ({ field: 5_000, multiplier: Math.min(first, MAXIMUM_PAGE_SIZE) }),
    description:
      'The recordings that the reports of the last 50 pull requests mark as unstable: the response changed in at ' +
      'least 3 of them, or between pushes of one. Those that changed most often come first. A recording counts ' +
      'only while its hash is VERIFIED, which proves that the request is the same.',
    args: {
      first: t.arg.int({
        defaultValue: 50,
        required: true,
        description: 'The number of recordings from the beginning: at most 500.',
      }),
    },
    resolve: (repository, { first }, context) => {
      if (first < 0 || first > MAXIMUM_PAGE_SIZE) {
        throw invalidInput(`first must be from 0 to ${MAXIMUM_PAGE_SIZE}, not ${first}`);
      }
      return context.forCaller(() => fetchUnstable(context.db, repository.id, first));
    },
  }),
);
