import { ArchiveError } from '../contents/archive-error.js';
import { LIMITS } from '../limits.js';
import { isDigest } from '../names/digest.js';

/** One content within a block. */
export interface BlockMember {
  digest: string;
  /** Bytes of the content, unpacked. */
  size: number;
  /** Where it stood when it was pushed, as far as the sender tells. */
  path?: string;
}

/** Bytes of a block that belong to no content any more; only a registry sends them. */
export interface BlockGap {
  digest: null;
  size: number;
}

/** A member with its place in the unpacked block. */
export interface PlacedMember extends BlockMember {
  start: number;
}

/** The list of a block's members as it travels: JSON, members in the order of their bytes, gaps without a digest. */
export function writeBlockList(members: (BlockMember | BlockGap)[]): Buffer {
  return Buffer.from(
    JSON.stringify({
      members: members.map((member) => (member.digest === null ? { size: member.size } : member)),
    }),
  );
}

/**
 * Reads the list of a block's members, and gives each its place. Together they are the whole block: members that overlap or leave
 * something between them cannot be said.
 * @param bounds whether there may be gaps, which are left out of what is given, but count as bytes; and the bytes of a content
 * @throws ArchiveError for a list that is none, or of a block beyond the bounds
 */
export function readBlockList(
  bytes: Uint8Array,
  bounds: { gaps: boolean; maximumContentBytes: number },
): { members: PlacedMember[]; rawSize: number } {
  const listed = membersIn(bytes);
  if (listed.length === 0) throw new ArchiveError('a block lists no members');
  const most = bounds.gaps ? 2 * LIMITS.blockMembers + 1 : LIMITS.blockMembers;
  if (listed.length > most) {
    throw new ArchiveError(`a block lists ${listed.length} members; at most ${most} are accepted`);
  }
  const members: PlacedMember[] = [];
  const digests = new Set<string>();
  let start = 0;
  for (const member of listed) {
    const { digest, size, path } = (member ?? {}) as Record<string, unknown>;
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
      throw new ArchiveError('a member of a block has no size');
    }
    if (digest !== undefined || !bounds.gaps) {
      if (typeof digest !== 'string' || !isDigest(digest)) {
        throw new ArchiveError(
          'a member of a block is named by the sha256 of its content, in 64 lower-case hex digits',
        );
      }
      if (digests.has(digest)) throw new ArchiveError(`a block lists the content ${digest} twice`);
      if (path !== undefined && typeof path !== 'string') {
        throw new ArchiveError(`a block lists the content ${digest} with a path that is no text`);
      }
      digests.add(digest);
      members.push({ digest, size, start, ...(path !== undefined && { path }) });
    }
    start += size;
    // What is larger than a block may be travels and is kept alone.
    const mostRaw = listed.length === 1 ? bounds.maximumContentBytes : LIMITS.blockBytes;
    if (start > mostRaw) {
      throw new ArchiveError(
        `a block of ${listed.length} members may have ${mostRaw} bytes, unpacked; this one has more`,
      );
    }
  }
  return { members, rawSize: start };
}

function membersIn(bytes: Uint8Array): unknown[] {
  let list: unknown;
  try {
    list = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new ArchiveError('the list of a block is not JSON');
  }
  const members = (list as { members?: unknown } | null)?.members;
  if (!Array.isArray(members)) throw new ArchiveError('the list of a block has no members');
  return members;
}
