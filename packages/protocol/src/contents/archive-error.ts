/** An archive or a packed content is invalid; the message says why and, where known, in which entry. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
}
