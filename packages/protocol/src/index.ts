/** The protocol between the registry and its clients. It does not depend on HTTP, a database or a disk. */

export { type ReadBounds, readArchive } from './archive/archive-reader.js';
export { writeArchive } from './archive/archive-writer.js';
export { type AddressedBlock, BlockNames, readTransfer, type Transferred } from './archive/transfer.js';
export {
  type Block,
  contentIn,
  type NewMember,
  packBlock,
  packBlockAsync,
  unpackBlock,
} from './blocks/block.js';
export type { BlockGap, PlacedMember } from './blocks/block-list.js';
export { fullBlockBytes, planBlocks } from './blocks/plan-blocks.js';
export { ArchiveError } from './contents/archive-error.js';
export { type Codec, unpackBytes, unpackBytesAsync } from './contents/codec.js';
export {
  type ArchiveEntry,
  joined,
  type PackedContent,
  pack,
  packAsync,
  unpack,
} from './contents/packed-content.js';
export { LIMITS } from './limits.js';
export { ACCEPT_LABEL } from './names/accept-label.js';
export { describeBranchName } from './names/branch-name.js';
export { digestOf, isDigest } from './names/digest.js';
export { foldedPath, refusedPath } from './names/recording-path.js';
export { DEFAULT_PATHS, DEFAULT_PATTERNS } from './patterns/default-paths.js';
export { expandBraces, refusedPathPattern } from './patterns/path-pattern-syntax.js';
export {
  PATTERN_LIMITS,
  pathPattern,
  refusedPattern,
  refusedPatterns,
  testPattern,
} from './patterns/pattern.js';
