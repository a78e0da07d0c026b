import { builder } from './builder.js';

export const DriftKindEnum = builder.enumType('DriftKind', {
  description: 'How a path differs between baseline and head.',
  values: {
    ADDED: { description: 'The path exists only in the head.' },
    REMOVED: { description: 'The path exists only in the baseline.' },
    CHANGED: { description: 'The path exists in both, with different bytes.' },
    REKEYED: { description: 'The same call under a new hash: the request of the test changed.' },
    MOVED: { description: 'The same content, or the same call of a renamed test, at another path.' },
  },
});

export const DriftLevelEnum = builder.enumType('DriftLevel', {
  description: 'How much a change matters to a test, lowest level first.',
  values: {
    COSMETIC: { description: 'A test does not notice: ids, timestamps, chunk boundaries.' },
    METADATA: { description: 'Data about the answer: the served model, token usage, the service tier.' },
    CONTENT: { description: 'The content of the answer: text, embeddings, tool results, model lists.' },
    BEHAVIOUR: {
      description:
        'What the API does: tool calls, finish reasons, refusals, success or error, added or missing parts.',
    },
  },
});
