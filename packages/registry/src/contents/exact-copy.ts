/** Chunks as one in memory of its own: a view is sent to a thread with all of its buffer, which may be a slab of the network's. */
export function exactCopy(chunks: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let position = 0;
  for (const chunk of chunks) {
    whole.set(chunk, position);
    position += chunk.length;
  }
  return whole;
}
