import { isDigest } from '@fixture-registry/protocol';
import { recordAudit } from '../../trust/audit/audit-store.js';
import type { Caller } from '../../trust/identity/caller.js';
import type { Repository } from '../../vocabulary/repository.js';
import { count } from '../../vocabulary/words.js';
import { lockRepositoryBlocks } from '../blocks/block-row-store.js';
import type { BlockPlace, Removal } from '../blocks/block-store.js';
import { dropBytes } from '../contents/drop-bytes.js';
import type { ContentSource } from '../contents/load-contents.js';
import { removeTexts } from '../contents/reading-store.js';
import { type Purge, refusedReason } from '../purged/purge.js';
import { countNaming, lockContent, markPurged } from '../purged/purge-store.js';

export interface PurgeRequest {
  repository: Pick<Repository, 'id' | 'owner' | 'name'>;
  digest: string;
  reason: string;
  caller: Caller;
}

export type PurgeOutcome =
  | {
      kind: 'purged';
      digest: string;
      /** The paths with the content in any snapshot, each counted once per ref, and the number of refs. */
      recordings: number;
      refs: number;
      /** Freed bytes, as stored: few when other contents in the block are similar. */
      bytes: number;
      purge: Purge;
      /** Whether it was purged before; then this call changed nothing. */
      already: boolean;
      /** Where its bytes may remain and how to remove them; null when the registry knows no such place. */
      notice: string | null;
    }
  | { kind: 'not-found'; message: string }
  | { kind: 'invalid'; message: string; field: string };

/**
 * Permanently removes a content from a repository: its bytes and the texts parsed from them. Snapshots are
 * immutable and still name it, but nobody can read it, and the same bytes cannot be pushed again.
 */
export async function purgeContent(source: ContentSource, request: PurgeRequest): Promise<PurgeOutcome> {
  const { repository, digest, caller } = request;
  if (!isDigest(digest)) {
    return {
      kind: 'invalid',
      message: 'a digest is the sha256 in 64 lower-case hex digits; the page of a recording shows it',
      field: 'digest',
    };
  }
  const refused = refusedReason(request.reason);
  if (refused) return { kind: 'invalid', message: refused, field: 'reason' };
  const reason = request.reason.trim();

  let removed: BlockPlace[] = [];
  const outcome = await source.db.transaction(async (tx): Promise<PurgeOutcome> => {
    await lockRepositoryBlocks(tx, repository.id);
    const content = await lockContent(tx, repository.id, digest);
    if (!content) {
      const message = `${repository.owner}/${repository.name} has no content ${digest}`;
      return { kind: 'not-found', message };
    }
    const naming = await countNaming(tx, repository.id, digest);
    if (content.purge) {
      return {
        kind: 'purged',
        digest,
        ...naming,
        bytes: 0,
        purge: content.purge,
        already: true,
        notice: null,
      };
    }
    const dropped = await dropBytes(tx, source.blocks, repository.id, digest);
    removed = dropped.removed;
    const bytes = Math.max(0, dropped.freed);
    await removeTexts(tx, repository.id, digest);
    const purge = await markPurged(tx, repository.id, digest, { by: caller.identity.who, reason });
    await recordAudit(tx, {
      repositoryId: repository.id,
      by: caller,
      action: 'purge',
      target: digest,
      outcome: 'DONE',
      detail: `${bytes} bytes, named by ${count(naming.recordings, 'recording')} on ${count(naming.refs, 'ref')}; ${reason}`,
    });
    return { kind: 'purged', digest, ...naming, bytes, purge, already: false, notice: null };
  });
  const removal = await source.blocks.delete(source.db, repository.id, removed);
  return outcome.kind === 'purged' ? { ...outcome, notice: leftBehind(removal) } : outcome;
}

function leftBehind({ left, keepsVersions }: Removal): string | null {
  if (left > 0) {
    return 'the content store did not remove its object: run fixture-registry gc tomorrow, or delete the object now (the log names the failure)';
  }
  return keepsVersions
    ? 'the bucket keeps earlier versions of objects: delete those of the removed object, or let a lifecycle rule do it'
    : null;
}
