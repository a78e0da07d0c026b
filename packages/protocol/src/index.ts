/** What the registry and its clients agree upon. Nothing here knows of HTTP, a database or a disk. */
export { ArchiveError } from './archive-error.js';
export { type ReadBounds, readArchive } from './archive-reader.js';
export { writeArchive } from './archive-writer.js';
export {
  type Block,
  contentIn,
  type NewMember,
  packBlock,
  packBlockAside,
  unpackBlock,
} from './block.js';
export type { BlockGap, PlacedMember } from './block-list.js';
export { describeBranchName } from './branch-name.js';
export { type Codec, unpackBytes, unpackBytesAside } from './codec.js';
export { digestOf, isDigest } from './digest.js';
export { LIMITS } from './limits.js';
export {
  type ArchiveEntry,
  joined,
  type PackedContent,
  pack,
  packAside,
  unpack,
} from './packed-content.js';
export { expandBraces, refusedPathPattern } from './path-pattern-syntax.js';
export { PATTERN_LIMITS, pathPattern, refusedPattern, refusedPatterns, testPattern } from './pattern.js';
export { fullBlockBytes, planBlocks } from './plan-blocks.js';
export { foldedPath, refusedPath } from './recording-path.js';
export { type AddressedBlock, BlockNames, readTransfer, type Transferred } from './transfer.js';
