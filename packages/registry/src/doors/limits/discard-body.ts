import { LIMITS } from '@fixture-registry/protocol';

/**
 * Reads what is left of the body of a request that was refused: many clients look for the answer only once they have
 * sent everything, and the rest would otherwise stand in the way of the next request on the same connection.
 * @returns whether the connection can be used again; not when there would be too much to read
 */
export async function discardBody(request: Request): Promise<boolean> {
  if (Number(request.headers.get('content-length') ?? 0) > LIMITS.uploadBytes) return false;
  const body = request.body;
  if (!body) return true;
  if (body.locked) return false;
  let bytes = 0;
  try {
    for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      if (bytes > LIMITS.uploadBytes) return false;
    }
  } catch {
    // The client went away.
    return false;
  }
  return true;
}
