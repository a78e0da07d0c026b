/** An archive or a packed content is not what it says it is; the message tells what and, where known, of which entry. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
}
