import { explainRecording } from '../../review/explanation/explain-recording.js';
import type { Explanation, NearRecording } from '../../review/explanation/explanation.js';
import { AtInput } from './at-input.js';
import { builder, invalidInput } from './builder.js';
import { HashStatusEnum, RecordingNode } from './recording.js';
import { RepositoryNode, stateAt } from './repository.js';

const NearRecordingType = builder.objectRef<NearRecording>('NearRecording').implement({
  description: 'A recording of the same test, with how its request differs.',
  fields: (t) => ({
    recording: t.field({ type: RecordingNode, resolve: (near) => near.recording }),
    likeness: t.exposeFloat('likeness', { description: '0 (nothing in common) to 1 (the same request).' }),
    differences: t.exposeStringList('differences'),
  }),
});

const ExplanationType = builder.objectRef<Explanation>('Explanation').implement({
  description: 'Why a recording is found, or not.',
  fields: (t) => ({
    hash: t.exposeString('hash', { nullable: true, description: 'The key in question.' }),
    hashStatus: t.field({ type: HashStatusEnum, resolve: (explanation) => explanation.hashStatus }),
    computedHashes: t.exposeStringList('computedHashes', {
      description: 'What the versions of the recorder compute for the request; the newest first.',
    }),
    found: t.field({ type: [RecordingNode], resolve: (explanation) => explanation.found }),
    nearest: t.field({
      type: [RecordingNode],
      description: 'Recordings of the same test with the most alike requests, where nothing was found.',
      resolve: (explanation) => explanation.nearest.map((near) => near.recording),
    }),
    near: t.field({
      type: [NearRecordingType],
      description: 'The same with how alike they are, and how the request differs.',
      resolve: (explanation) => explanation.nearest,
    }),
    known: t.exposeBoolean('known', {
      description:
        'False when no content was given and the repository never had a recording of that hash or path.',
    }),
    text: t.exposeString('text', { description: 'All of it in words.' }),
  }),
});

/** Larger files are explained by their path, once pushed. */
const CONTENT_CHARACTERS = 16 * 1024 * 1024;

/** A query may have three contents explained, or thirty paths: each is read and compared with those of its test. */
const CONTENT_COST = 30_000;
const PATH_COST = 3_000;

builder.objectField(RepositoryNode, 'explain', (t) =>
  t.field({
    type: ExplanationType,
    complexity: ({ path, content }) => ({
      field: content != null ? CONTENT_COST : path != null ? PATH_COST : 1,
    }),
    description:
      'Why a recording is found, or not: name a hash, a path, or a path with the content that a file there has.',
    args: {
      at: t.arg({ type: AtInput }),
      hash: t.arg.string(),
      path: t.arg.string(),
      content: t.arg.string(),
    },
    resolve: async (repository, { at, hash, path, content }, context) => {
      if (hash == null && path == null && content == null) {
        throw invalidInput('explain: name a hash, a path or a content');
      }
      if ((content?.length ?? 0) > CONTENT_CHARACTERS) {
        throw invalidInput(
          `explain.content: at most ${CONTENT_CHARACTERS} characters; push the file and name its path`,
        );
      }
      await context.beforeLargeAnswer();
      const state = await stateAt(context, repository, at);
      const subject = {
        hash: hash ?? null,
        path: path ?? null,
        content: content == null ? null : Buffer.from(content),
      };
      return explainRecording(context, state.snapshot, subject, state.named);
    },
  }),
);
