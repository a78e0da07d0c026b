/**
 * The paths in the order of their code points, in which a report numbers the recordings.
 * JavaScript's own order differs for characters outside of the Basic Multilingual Plane.
 */
export function inCodePointOrder(paths: Iterable<string>): string[] {
  return Array.from(paths, (path) => ({ path, bytes: Buffer.from(path) }))
    .sort((one, other) => Buffer.compare(one.bytes, other.bytes))
    .map(({ path }) => path);
}

/**
 * A bitmap in base64: bit `i` is set if the path at position `i` was read. The lowest bit of the
 * first byte is the first path.
 */
export function bitmapOf(ordered: string[], read: ReadonlySet<string>): string {
  const bytes = Buffer.alloc(Math.ceil(ordered.length / 8));
  for (const [index, path] of ordered.entries()) {
    if (read.has(path)) bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (1 << (index & 7));
  }
  return bytes.toString('base64');
}
