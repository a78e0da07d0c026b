import type { Owner } from '../../database/embedded/data-directory.js';
import type { StoringConnection } from '../../store/blocks/open-block-store.js';
import { type PurgeOutcome, purgeContent } from '../../store/purge/purge-content.js';
import { findRepository } from '../../trust/repositories/repository-store.js';
import { count } from '../../vocabulary/words.js';
import { askServer } from './query-server.js';
import { OPERATOR } from './tokens.js';

export interface PurgeWish {
  owner: string;
  name: string;
  digest: string;
  reason: string;
}

type Purged = Pick<
  Extract<PurgeOutcome, { kind: 'purged' }>,
  'recordings' | 'refs' | 'bytes' | 'already' | 'notice'
>;
export type PurgeAnswer = Purged | { message: string };

/** Purges in the database itself. */
export async function purgeInDatabase(connection: StoringConnection, wish: PurgeWish): Promise<PurgeAnswer> {
  const { owner, name, digest, reason } = wish;
  const repository = await findRepository(connection.db, owner, name);
  if (!repository) return { message: `there is no repository ${owner}/${name}` };
  return purgeContent(connection, { repository, digest, reason, caller: OPERATOR });
}

/** Purges through a running server that has the embedded database. */
export async function purgeThroughServer(
  server: Owner & { url: string; token: string },
  wish: PurgeWish,
): Promise<PurgeAnswer> {
  const { purgeContent: answer } = await askServer<{ purgeContent: PurgeAnswer }>(
    server,
    `mutation ($input: PurgeContentInput!) { purgeContent(input: $input) {
      ... on Purged { recordings refs bytes already notice } ... on Problem { message } } }`,
    { input: wish },
  );
  return answer;
}

/** What was purged, for a person, with what is left to do that no command can. */
export function describePurged({ digest }: PurgeWish, purged: Purged): string {
  const recordings = count(purged.recordings, 'recording');
  const named = `named by ${recordings} on ${count(purged.refs, 'ref')}`;
  if (purged.already) return `content ${digest} was purged before; it is ${named}, and nothing was changed`;
  return [
    `purged content ${digest}: ${purged.bytes} bytes as stored, ${named}`,
    ...(purged.notice === null ? [] : [purged.notice]),
    'What held a secret: revoke the secret. Copies that were pulled or backed up before are out of reach from here.',
    'Postgres keeps removed rows in its files until `VACUUM FULL block_chunks, readings`, and in its log until that is recycled.',
  ].join('\n');
}
