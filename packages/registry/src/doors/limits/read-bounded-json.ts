import { JsonElements } from './json-elements.js';

/** Bytes of a body that needs no look: whatever is in it is parsed in a moment. */
export const SMALL_JSON = 64 * 1024;

export interface JsonBounds {
  bytes: number;
  /** Lists, objects and commas; see `JsonElements`. */
  elements: number;
  /** Reserves memory for bytes that arrived; false where there is none. */
  reserve(bytes: number): boolean;
}

/** The bytes of a body, or why it is not read to its end. */
export type BoundedJson =
  | Buffer<ArrayBuffer>
  | 'too many bytes'
  | 'too many elements'
  | 'no memory'
  | 'ended early';

/** Reads a JSON body within bounds, before it is parsed: parsing blocks the process. */
export async function readBoundedJson(request: Request, bounds: JsonBounds): Promise<BoundedJson> {
  const elements = new JsonElements();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    // `discardBody` reads the rest of a body that is refused.
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
