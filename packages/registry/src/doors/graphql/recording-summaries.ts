import type { ModelSummary, TestSummary } from '../../store/snapshots/test-and-model-store.js';
import { builder } from './builder.js';

export const ModelSummaryType = builder.objectRef<ModelSummary>('ModelSummary').implement({
  description: 'A model, with the number of its recordings and tests.',
  fields: (t) => ({
    model: t.exposeString('model', { description: 'The name of the model, as requests name it.' }),
    recordings: t.exposeInt('recordings', {
      description: 'The number of recordings of this model. A cassette counts once for each of its models.',
    }),
    tests: t.exposeInt('tests', { description: 'The number of tests with recordings of this model.' }),
  }),
});

export const TestSummaryType = builder.objectRef<TestSummary>('TestSummary').implement({
  description: 'A test with recordings.',
  fields: (t) => ({
    testId: t.exposeString('testId', { description: 'The id of the test, such as a pytest node id.' }),
    recordings: t.exposeInt('recordings', { description: 'The number of its recordings.' }),
    models: t.exposeStringList('models', { description: 'The models that its requests name.' }),
    lastUsedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When a run of the default branch last read one of its recordings. Null when none did.',
      resolve: ({ snapshot, testId }, _args, { loaders }) => loaders.uses.test.load({ snapshot, testId }),
    }),
  }),
});
