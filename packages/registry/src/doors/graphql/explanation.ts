import { explainRecording } from '../../review/explanation/explain-recording.js';
import type { Explanation, NearRecording } from '../../review/explanation/explanation.js';
import { AtInput } from './at-input.js';
import { builder } from './builder.js';
import { invalidInput } from './invalid-input.js';
import { RecordingNode } from './recording.js';
import { HashStatusEnum, PlayableEnum } from './recording-enums.js';
import { RepositoryNode, resolveState } from './repository.js';

const NearRecordingType = builder.objectRef<NearRecording>('NearRecording').implement({
  description: 'A recording of the same test, and how its request differs.',
  fields: (t) => ({
    recording: t.field({
      type: RecordingNode,
      description: 'The recording.',
      resolve: (near) => near.recording,
    }),
    likeness: t.exposeFloat('likeness', {
      description: 'The similarity of the requests, from 0 (nothing in common) to 1 (the same request).',
    }),
    differences: t.exposeStringList('differences', {
      description: 'How the request in question differs from the request of this recording.',
    }),
  }),
});

const ExplanationType = builder.objectRef<Explanation>('Explanation').implement({
  description: 'Why a recorder finds a recording or not.',
  fields: (t) => ({
    hash: t.exposeString('hash', {
      nullable: true,
      description: 'The request hash in question: the given hash, or the one in the file name.',
    }),
    hashStatus: t.field({
      type: HashStatusEnum,
      description: 'Whether the hash matches the request.',
      resolve: (explanation) => explanation.hashStatus,
    }),
    playable: t.field({
      type: PlayableEnum,
      nullable: true,
      description: 'Whether the recorder of the repository finds the file at its path. Null for a hash.',
      resolve: (explanation) => explanation.playable,
    }),
    computedHashes: t.exposeStringList('computedHashes', {
      description:
        'The hashes that the versions of the recorder compute for the request, newest version first.',
    }),
    found: t.field({
      type: [RecordingNode],
      description: 'The recordings that a recorder finds.',
      resolve: (explanation) => explanation.found,
    }),
    foundByContent: t.field({
      type: [RecordingNode],
      description:
        'Recordings with the same request under names for which the newest recorder does not look. Empty ' +
        'when something is found.',
      resolve: (explanation) => explanation.foundByContent,
    }),
    looksFor: t.exposeString('looksFor', {
      nullable: true,
      description: 'For a file: the path for which the newest recorder looks.',
    }),
    fitsTestId: t.exposeString('fitsTestId', {
      nullable: true,
      description: 'For a file that no recorder finds: a known test id with which its name fits its request.',
    }),
    nearest: t.field({
      type: [RecordingNode],
      description:
        'The recordings of the same test with the most similar requests, most similar first. Empty when ' +
        'something is found.',
      resolve: (explanation) => explanation.nearest.map((near) => near.recording),
    }),
    near: t.field({
      type: [NearRecordingType],
      description: 'The same recordings as `nearest`, with their similarity and differences.',
      resolve: (explanation) => explanation.nearest,
    }),
    known: t.exposeBoolean('known', {
      description:
        'False when no content was given and the repository never had a recording with this hash or path.',
    }),
    text: t.exposeString('text', { description: 'The whole explanation as text.' }),
  }),
});

/** Larger files must be pushed first, and explained by their path. */
const CONTENT_CHARACTERS = 16 * 1024 * 1024;

/**
 * These costs allow three contents or thirty paths in a query: each is compared with all recordings
 * of its test.
 */
const CONTENT_COST = 30_000;
const PATH_COST = 3_000;

builder.objectField(RepositoryNode, 'explain', (t) =>
  t.field({
    type: ExplanationType,
    complexity: ({ path, content }) => ({
      field: content != null ? CONTENT_COST : path != null ? PATH_COST : 1,
    }),
    description:
      'Explains why a recorder finds a recording or not. Set `hash`, `path`, or `content` with the ' +
      '`path` of the file.',
    args: {
      at: t.arg({ type: AtInput, description: 'The state to search. Without it, the default branch.' }),
      hash: t.arg.string({ description: 'A request hash.' }),
      path: t.arg.string({ description: 'The path of a recording.' }),
      testId: t.arg.string({
        description: 'The test that looks for the recording, when it is not the one in the content.',
      }),
      content: t.arg.string({
        description: 'The text of a file that need not be pushed; at most 16,777,216 characters.',
      }),
    },
    resolve: async (repository, { at, hash, path, content, testId }, context) => {
      if (hash == null && path == null && content == null) {
        throw invalidInput('explain: set hash, path or content');
      }
      if ((content?.length ?? 0) > CONTENT_CHARACTERS) {
        throw invalidInput(
          `explain.content: the maximum is ${CONTENT_CHARACTERS} characters; push the file and set path ` +
            'instead',
        );
      }
      await context.awaitLargeResponseTurn();
      const state = await resolveState(context, repository, at);
      const subject = {
        hash: hash ?? null,
        path: path ?? null,
        content: content == null ? null : Buffer.from(content),
        testId: testId ?? null,
      };
      return explainRecording(context, state.snapshot, subject, state.named);
    },
  }),
);
