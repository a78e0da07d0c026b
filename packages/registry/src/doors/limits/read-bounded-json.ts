import { JsonElements } from './json-elements.js';

/** A body up to this size need not be checked, because parsing it is fast. In bytes. */
export const SMALL_JSON = 64 * 1024;

export interface JsonBounds {
  bytes: number;
  /** Maximum number of lists, objects and commas; see `JsonElements`. */
  elements: number;
  /** Reserves memory for received bytes. Returns false when none is available. */
  reserve(bytes: number): boolean;
}

/** The bytes of a body, or why it was not read completely. */
export type BoundedJson =
  | Buffer<ArrayBuffer>
  | 'too many bytes'
  | 'too many elements'
  | 'no memory'
  | 'ended early';

/** Reads a JSON body within bounds, without parsing it, because parsing blocks the event loop. */
export async function readBoundedJson(request: Request, bounds: JsonBounds): Promise<BoundedJson> {
  const elements = new JsonElements();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    // `preventCancel` leaves the rest of a refused body to `discardBody`.
    for await (const chunk of request.body?.values({ preventCancel: true }) ?? []) {
      if (!bounds.reserve(chunk.length)) return 'no memory';
      bytes += chunk.length;
      if (bytes > bounds.bytes) return 'too many bytes';
      elements.add(chunk);
      if (elements.count > bounds.elements) return 'too many elements';
      chunks.push(chunk);
    }
  } catch (error) {
    if (request.signal.aborted) return 'ended early';
    throw error;
  }
  return Buffer.concat(chunks);
}
