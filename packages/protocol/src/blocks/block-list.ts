import { ArchiveError } from '../contents/archive-error.js';
import { LIMITS } from '../limits.js';
import { isDigest } from '../names/digest.js';

/** One content within a block. */
export interface BlockMember {
  digest: string;
  /** Bytes of the content, unpacked. */
  size: number;
  /** The path at which it was pushed, if the sender includes it. */
  path?: string;
}

/** Bytes of a block that no longer belong to a content; only a registry sends them. */
export interface BlockGap {
  digest: null;
  size: number;
}

/** A member with its position in the unpacked block. */
export interface PlacedMember extends BlockMember {
  /** Offset of its first byte. */
  start: number;
}

/** Serializes the list of a block's members as JSON, in the order of their bytes. Gaps have no digest. */
export function writeBlockList(members: (BlockMember | BlockGap)[]): Buffer {
  return Buffer.from(
    JSON.stringify({
      members: members.map((member) => (member.digest === null ? { size: member.size } : member)),
    }),
  );
}

/**
 * Reads the list of a block's members and computes their positions. The list contains sizes only, so
 * members cannot overlap or leave bytes between them.
 * @param bounds whether gaps are allowed, and the maximum bytes of a content
 * @returns the members without the gaps, and the bytes of the unpacked block with them
 * @throws ArchiveError for an invalid list, and for a block above the bounds
 */
export function readBlockList(
  bytes: Uint8Array,
  bounds: { gaps: boolean; maximumContentBytes: number },
): { members: PlacedMember[]; rawSize: number } {
  const listed = parseMembers(bytes);
  if (listed.length === 0) throw new ArchiveError('a block lists no members');
  const maximum = bounds.gaps ? 2 * LIMITS.blockMembers + 1 : LIMITS.blockMembers;
  if (listed.length > maximum) {
    throw new ArchiveError(`a block lists ${listed.length} members; at most ${maximum} are accepted`);
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
    // A content above the limit of a block is a block on its own.
    const maximumRaw = listed.length === 1 ? bounds.maximumContentBytes : LIMITS.blockBytes;
    if (start > maximumRaw) {
      throw new ArchiveError(
        `a block of ${listed.length} members may have ${maximumRaw} bytes, unpacked; this one has more`,
      );
    }
  }
  return { members, rawSize: start };
}

function parseMembers(bytes: Uint8Array): unknown[] {
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
