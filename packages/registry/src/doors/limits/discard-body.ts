import { LIMITS } from '@fixture-registry/protocol';

/**
 * Reads the rest of the body of a refused request. Many clients read the response only after they
 * have sent everything, and an unread body would block the next request on the connection.
 * @returns whether the connection can be reused: false when the rest is too large or cannot be read
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
    // The client disconnected.
    return false;
  }
  return true;
}
