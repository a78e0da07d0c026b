import { isDigest, refusedPath } from '@fixture-registry/protocol';

/**
 * Parses the name of an uploaded entry: `<digest>`, or `<digest>/<path>` with the path that the push will
 * name.
 */
export function readEntryName(name: string): { digest: string; path: string | null } | { refused: string } {
  const digest = name.slice(0, 64);
  const path = name.length > 64 && name[64] === '/' ? name.slice(65) : null;
  if (!isDigest(digest) || (name.length > 64 && path === null)) {
    return {
      refused:
        "an entry's name is the sha256 of its content in 64 lower-case hex digits, optionally followed by a slash and its path",
    };
  }
  const refused = path === null ? null : refusedPath(path);
  return refused === null ? { digest, path } : { refused: `its path ${refused}` };
}
