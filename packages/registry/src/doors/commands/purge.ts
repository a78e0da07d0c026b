import type { StoringConnection } from '../../store/blocks/open-block-store.js';
import { type PurgeOutcome, purgeContent } from '../../store/purge/purge-content.js';
import { findRepository } from '../../trust/repositories/repository-store.js';
import { count } from '../../vocabulary/words.js';
import type { OwningServer } from './command-database.js';
import { queryServer } from './query-server.js';
import { OPERATOR } from './tokens.js';

export interface PurgeRequest {
  owner: string;
  name: string;
  digest: string;
  reason: string;
}

type Purged = Pick<
  Extract<PurgeOutcome, { kind: 'purged' }>,
  'recordings' | 'refs' | 'bytes' | 'already' | 'notice'
>;
type PurgeResult = Purged | { message: string };

/** Purges a content in the database. A failure has a message. */
export async function purgeInDatabase(
  connection: StoringConnection,
  { owner, name, digest, reason }: PurgeRequest,
): Promise<PurgeResult> {
  const repository = await findRepository(connection.db, owner, name);
  if (!repository) return { message: `the repository ${owner}/${name} does not exist` };
  return purgeContent(connection, { repository, digest, reason, caller: OPERATOR });
}

/** Purges a content through the server that owns the embedded database. A failure has a message. */
export async function purgeThroughServer(server: OwningServer, request: PurgeRequest): Promise<PurgeResult> {
  const { purgeContent: result } = await queryServer<{ purgeContent: PurgeResult }>(
    server,
    `mutation ($input: PurgeContentInput!) { purgeContent(input: $input) {
      ... on Purged { recordings refs bytes already notice } ... on Problem { message } } }`,
    { input: request },
  );
  return result;
}

/** Describes a purge, and the steps that remain for the operator. */
export function describePurged({ digest }: PurgeRequest, purged: Purged): string {
  const recordings = count(purged.recordings, 'recording');
  const use = `used by ${recordings} on ${count(purged.refs, 'ref')}`;
  if (purged.already) return `content ${digest} was purged before; it is ${use}, and nothing was changed`;
  return [
    `purged content ${digest}: ${purged.bytes} stored bytes, ${use}`,
    ...(purged.notice === null ? [] : [purged.notice]),
    'If it contained a secret, revoke the secret: a purge does not reach copies that were pulled or ' +
      'backed up before.',
    'Postgres keeps removed rows in its files until `VACUUM FULL block_chunks, readings`, and in its WAL ' +
      'until that is recycled.',
  ].join('\n');
}
