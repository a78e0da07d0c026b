import { playable, recorderVersion } from '../../recordings/playable/playable.js';
import { type RecordingRow, recordingByEntry } from '../../store/snapshots/recording-store.js';
import { repositoryById } from '../../trust/repositories/repository-store.js';
import { builder } from './builder.js';
import { pageComplexity } from './connections.js';
import { visibleById } from './context.js';
import { ExchangeConnection, exchangeConnection } from './exchange.js';
import { PurgeType } from './purge.js';
import { HashStatusEnum, OutcomeEnum, PlayableEnum } from './recording-enums.js';
import { dateOf } from './use-loaders.js';

const SEAL_DIGITS = 12;

export const RecordingNode = builder.objectRef<RecordingRow>('Recording');

builder.node(RecordingNode, {
  description:
    'One file written by a test recorder. It holds one request and its response, or, as a cassette, any number.',
  // With the digest the id always names this content, also after a restore from a backup.
  id: {
    description: 'The id of this recording, for the query `node`.',
    resolve: (row) =>
      `${row.repositoryId}:${row.refId}:${row.since}-${row.digest.slice(0, SEAL_DIGITS)}:${row.path}`,
  },
  loadOne: async (id, context) => {
    // Ids of earlier releases contain no digest.
    const match = /^(\d{1,15}):(\d{1,15}):(\d{1,9})(?:-([0-9a-f]{12}))?:(.+)$/s.exec(id);
    if (!match?.[5]) return null;
    const repository = await visibleById(context, await repositoryById(context.db, Number(match[1])));
    if (repository === null) return null;
    const found = await recordingByEntry(context.db, {
      repositoryId: repository.id,
      refId: Number(match[2]),
      since: Number(match[3]),
      path: match[5],
    });
    return found?.digest.startsWith(match[4] ?? '') ? found : null;
  },
  isTypeOf: (value) => typeof value === 'object' && value !== null && 'since' in value && 'digest' in value,
  fields: (t) => ({
    path: t.exposeString('path', { description: 'The path of the file, relative to the repository root.' }),
    digest: t.exposeString('digest', { description: 'The sha256 of the file, in hex.' }),
    size: t.exposeInt('size', { description: 'The size of the file, in bytes.' }),
    hash: t.exposeString('hash', {
      nullable: true,
      description: 'The request hash by which the recorder finds the file, taken from the file name.',
    }),
    hashStatus: t.field({
      type: HashStatusEnum,
      description: 'Whether the hash in the file name matches the request.',
      resolve: (row) => row.hashStatus,
    }),
    recorderVersion: t.int({
      nullable: true,
      description:
        'The newest version of the recorder that looks up the request under this file name. Null when ' +
        'none does, or the format has no such versions.',
      resolve: (row) => recorderVersion(row),
    }),
    playable: t.field({
      type: PlayableEnum,
      description: 'Whether the newest recorder that the repository uses finds the file at its path.',
      resolve: async (row, _args, { db, recorders, loaders }) => {
        const { repositoryId, refId, since: version } = row;
        const snapshot = row.snapshot ?? (await loaders.snapshots.key.load({ repositoryId, refId, version }));
        return playable(row, await recorders.at(db, snapshot));
      },
    }),
    testId: t.exposeString('testId', {
      nullable: true,
      description: 'The test that made the request, such as a pytest node id.',
    }),
    model: t.exposeString('model', {
      nullable: true,
      description: 'The model that the request names. Null for a cassette whose exchanges name several.',
    }),
    endpoint: t.exposeString('endpoint', {
      nullable: true,
      description:
        'The API endpoint of the request, such as `/v1/chat/completions`. Null for a cassette whose exchanges ' +
        'have several.',
    }),
    format: t.exposeString('format', {
      description: 'The format of the file; `opaque` when it is not a known format.',
    }),
    isStreaming: t.exposeBoolean('isStreaming', {
      nullable: true,
      description: 'Whether the response is a stream. Null for a cassette with both kinds.',
    }),
    outcome: t.field({
      type: OutcomeEnum,
      nullable: true,
      description: 'Whether the call succeeded. A cassette with one failed call is an error.',
      resolve: (row) => row.outcome,
    }),
    problem: t.exposeString('problem', {
      nullable: true,
      description: 'Why the file could not be read completely. Null when it was.',
    }),
    purged: t.field({
      type: PurgeType,
      nullable: true,
      description:
        'Set when an admin purged the content. Snapshots still list the recording, but its content is gone.',
      resolve: (row) => row.purged,
    }),
    recordedAt: t.field({
      type: 'DateTime',
      description: 'When the registry received the content of the file.',
      resolve: (row) => new Date(row.recordedAt),
    }),
    lastUsedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'When a run of the default branch last read the recording at this path, as its first read of that UTC day. ' +
        'Null when none did.',
      resolve: async ({ repositoryId, path }, _args, { loaders }) =>
        dateOf((await loaders.uses.path.load({ repositoryId, path }))?.lastUsedAt),
    }),
    runsSinceUse: t.int({
      nullable: true,
      description:
        'The number of counting runs of the default branch on later days than the last use; for a recording that ' +
        'was never read, since a run first pulled it. Null when no run has pulled it.',
      resolve: async ({ repositoryId, path }, _args, { loaders }) =>
        (await loaders.uses.path.load({ repositoryId, path }))?.runsSince ?? null,
    }),
    responseText: t.string({
      complexity: 5,
      nullable: true,
      description:
        'The text of the response, with streams reassembled; of a cassette, the texts of all its responses. ' +
        'Null when the content is purged.',
      resolve: (row, _args, context) => context.loaders.responseText.load(row),
    }),
    exchanges: t.field({
      type: ExchangeConnection,
      // As for `content`: a file with one call is read and parsed.
      complexity: (args) => ({ ...pageComplexity(args), field: 50 }),
      description:
        'The requests of the file with their responses, in the order of the file. None when the content is purged ' +
        'or its format is not known.',
      args: {
        ...t.arg.connectionArgs(),
        first: t.arg.int({
          defaultValue: 50,
          description: 'The number of items from the beginning: at most 500.',
        }),
      },
      resolve: (row, args, context) => exchangeConnection(row, args, context),
    }),
    content: t.string({
      complexity: 50,
      description:
        'The whole file as text. Bytes that are not valid UTF-8 are replaced; the content routes return ' +
        'the exact bytes. For a purged recording, a sentence that says so: check `purged`.',
      resolve: async (row, _args, context) => (await context.loaders.content.load(row)).toString('utf8'),
    }),
  }),
});
