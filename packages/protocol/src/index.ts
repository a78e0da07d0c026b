/** What the registry and its clients agree upon. Nothing here knows of HTTP, a database or a disk. */
export { ArchiveError } from './archive-error.js';
export { type ReadBounds, readArchive } from './archive-reader.js';
export { writeArchive } from './archive-writer.js';
export { digestOf, isDigest } from './digest.js';
export { LIMITS } from './limits.js';
export { type ArchiveEntry, type PackedContent, pack, unpack } from './packed-content.js';
export { pathPattern, testPattern } from './pattern.js';
export { foldedPath, refusedPath } from './recording-path.js';
