import type { Activity } from '../../review/verdicts/activity-store.js';
import { builder } from './builder.js';

export const ActivityType = builder.objectRef<Activity>('Activity').implement({
  description: 'What happened to the recordings of the default branch in one week, for one model.',
  fields: (t) => ({
    week: t.field({
      type: 'DateTime',
      description: 'The beginning of the week: Monday, 00:00 UTC.',
      resolve: ({ week }) => new Date(week),
    }),
    model: t.exposeString('model', {
      nullable: true,
      description:
        'The model. Null for recordings without a model, and for all models beyond the 50 with the most ' +
        'activity.',
    }),
    recordings: t.exposeInt('recordings', {
      description:
        'Recordings that pushes and promotions added or replaced. A cassette counts once for each of its models.',
    }),
    behaviour: t.exposeInt('behaviour', {
      description: 'Changes of the level BEHAVIOUR in the reports of pull requests that were promoted.',
    }),
    errors: t.exposeInt('errors', {
      description:
        'Changes whose new recording is an error, or a tool result that reads as one, in the reports of ' +
        'pull requests that were promoted.',
    }),
  }),
});
