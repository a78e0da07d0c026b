import { nameFiles } from '../../review/renaming/name-files.js';
import type { RecorderName } from '../../review/renaming/recorder-name.js';
import { builder } from './builder.js';
import { invalidInput } from './invalid-input.js';
import { RepositoryNode } from './repository.js';

/** Maximum number of files, of their characters together, and of renamed tests in one query. */
const FILES = 100;
const CHARACTERS = 16 * 1024 * 1024;
const RENAMED_TESTS = 100;
const NAME_CHARACTERS = 1024;

/** Three full lists in a query: each file may be hashed many times. */
const FILE_COST = 300;

const NameStatusEnum = builder.enumType('NameStatus', {
  description: 'Whether a file has the name for which the newest recorder looks.',
  values: {
    CURRENT: { description: 'The newest recorder finds the file under its name.' },
    RENAME: { description: 'The request is sound, but the newest recorder looks for another name.' },
    UNSOUND: {
      description:
        'No recorder version computes the hash in the name for the request: one of them was edited.',
    },
    UNKNOWN: { description: 'The format has no names that are computed from the request.' },
  },
});

const RecorderNameType = builder.objectRef<RecorderName>('RecorderName').implement({
  description: 'The name for which the newest recorder looks, compared with the name of a file.',
  fields: (t) => ({
    path: t.exposeString('path', { description: 'The path of the file, as given.' }),
    status: t.field({
      type: NameStatusEnum,
      description: 'Whether the file has the right name.',
      resolve: (name) => name.status,
    }),
    to: t.exposeString('to', {
      nullable: true,
      description: 'The path for which the newest recorder looks. Null for `UNKNOWN`.',
    }),
    testId: t.exposeString('testId', { nullable: true, description: 'The test id in the file.' }),
    fitsTestId: t.exposeString('fitsTestId', {
      nullable: true,
      description: 'For `UNSOUND`: a known test id with which the name fits the request.',
    }),
    reason: t.exposeString('reason', { description: 'Why, as a sentence. Empty for `CURRENT`.' }),
  }),
});

const NamedFileInput = builder.inputType('NamedFileInput', {
  description: 'A local file.',
  fields: (t) => ({
    path: t.string({ required: true, description: 'Its path.' }),
    content: t.string({ required: true, description: 'Its text.' }),
  }),
});

const RenamedTestInput = builder.inputType('RenamedTestInput', {
  description: 'A test that was renamed; or a file or function, for all of its tests.',
  fields: (t) => ({
    from: t.string({ required: true, description: 'The id before, or its beginning.' }),
    to: t.string({ required: true, description: 'The id now, or its beginning.' }),
  }),
});

builder.objectField(RepositoryNode, 'recorderNames', (t) =>
  t.field({
    type: [RecorderNameType],
    complexity: ({ files }) => ({ field: FILE_COST * files.length, multiplier: 0 }),
    description:
      'The names for which the newest recorder looks, for local files that need not be pushed, in their order. ' +
      `At most ${FILES} files of ${CHARACTERS.toLocaleString('en-GB')} characters together.`,
    args: {
      files: t.arg({ type: [NamedFileInput], required: true, description: 'The files.' }),
      renamedTests: t.arg({
        type: [RenamedTestInput],
        description: 'Tests that were renamed since the recordings were made.',
      }),
    },
    resolve: async (repository, { files, renamedTests }, context) => {
      const renamed = renamedTests ?? [];
      if (files.length > FILES) throw invalidInput(`recorderNames.files: the maximum is ${FILES} files`);
      if (files.reduce((sum, { content }) => sum + content.length, 0) > CHARACTERS)
        throw invalidInput(`recorderNames.files: the maximum is ${CHARACTERS} characters together`);
      const names = [...files.map(({ path }) => path), ...renamed.flatMap(({ from, to }) => [from, to])];
      if (renamed.length > RENAMED_TESTS || names.some((name) => name.length > NAME_CHARACTERS))
        throw invalidInput(
          `recorderNames: the maximum is ${RENAMED_TESTS} renamed tests, and ${NAME_CHARACTERS} characters a name`,
        );
      await context.awaitLargeResponseTurn();
      const named = files.map(({ path, content }) => ({ path, content: Buffer.from(content) }));
      return nameFiles(context, repository.id, named, [...renamed]);
    },
  }),
);
