import { type RecordingRow, recordingByEntry } from '../../store/snapshots/recording-store.js';
import { may } from '../../trust/identity/identity.js';
import { repositoryById } from '../../trust/repositories/repository-store.js';
import { builder } from './builder.js';
import { PurgeType } from './purge.js';

export const OutcomeEnum = builder.enumType('Outcome', {
  description: 'Whether the recorded call succeeded.',
  values: {
    SUCCESS: {},
    ERROR: { description: 'An exception, or an HTTP status of 400 and above.' },
  },
});

export const HashStatusEnum = builder.enumType('HashStatus', {
  description: 'Whether a recorder finds the recording under the name of its file.',
  values: {
    VERIFIED: { description: 'A known version of the recorder gives its request this hash.' },
    MISMATCHED: { description: 'No known version does: no recorder will ever find it.' },
    UNKNOWN: { description: 'The file is of no format whose hash is known.' },
  },
});

const SEAL_DIGITS = 12;

export const RecordingNode = builder.objectRef<RecordingRow>('Recording');

builder.node(RecordingNode, {
  description: 'One file written by a test recorder: usually one request and its response.',
  // The digest makes it name this content for ever, also after a restore from a backup.
  id: {
    resolve: (row) =>
      `${row.repositoryId}:${row.refId}:${row.since}-${row.digest.slice(0, SEAL_DIGITS)}:${row.path}`,
  },
  loadOne: async (id, context) => {
    // Ids of earlier releases have no digest.
    const match = /^(\d{1,15}):(\d{1,15}):(\d{1,9})(?:-([0-9a-f]{12}))?:(.+)$/s.exec(id);
    if (!match?.[5]) return null;
    const repository = await repositoryById(context.db, Number(match[1]));
    if (!repository || !may(context.identity, 'read', repository)) return null;
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
    path: t.exposeString('path', { description: 'Relative to the root of the repository.' }),
    digest: t.exposeString('digest', { description: 'The sha256 of the bytes, in hex.' }),
    size: t.exposeInt('size', { description: 'Bytes.' }),
    hash: t.exposeString('hash', {
      nullable: true,
      description: 'The key under which the recorder looks it up, from the name of the file.',
    }),
    hashStatus: t.field({ type: HashStatusEnum, resolve: (row) => row.hashStatus }),
    testId: t.exposeString('testId', { nullable: true }),
    model: t.exposeString('model', { nullable: true }),
    endpoint: t.exposeString('endpoint', { nullable: true }),
    format: t.exposeString('format', { description: '`opaque` when no known format fits.' }),
    isStreaming: t.exposeBoolean('isStreaming', { nullable: true }),
    outcome: t.field({ type: OutcomeEnum, nullable: true, resolve: (row) => row.outcome }),
    problem: t.exposeString('problem', {
      nullable: true,
      description: 'Why the content could not be read, or only in part.',
    }),
    purged: t.field({
      type: PurgeType,
      nullable: true,
      description:
        'Set when an admin removed the content. Snapshots go on naming it; nobody gets it any more.',
      resolve: (row) => row.purged,
    }),
    responseText: t.string({
      complexity: 5,
      nullable: true,
      description: 'The text that the response amounts to, streams put together. Null where it was purged.',
      resolve: (row, _args, context) => context.loaders.responseText.load(row),
    }),
    content: t.string({
      complexity: 50,
      description:
        'The whole file as text. Bytes that are no UTF-8 are replaced; the content routes give them exactly. Of a ' +
        'purged recording, a sentence that says so: look at `purged` to tell them apart.',
      resolve: async (row, _args, context) => (await context.loaders.content.load(row)).toString('utf8'),
    }),
  }),
});
