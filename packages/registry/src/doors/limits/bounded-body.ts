import { ArchiveError } from '@fixture-registry/protocol';

/** The bytes of a request body, up to a maximum. @throws ArchiveError when the body is larger */
export async function* boundedBody(
  body: ReadableStream<Uint8Array>,
  maximum: number,
): AsyncGenerator<Uint8Array> {
  let received = 0;
  // `preventCancel` leaves the rest of a refused body to `discardBody`.
  for await (const chunk of body.values({ preventCancel: true })) {
    received += chunk.length;
    if (received > maximum) {
      throw new ArchiveError(`an upload can have at most ${maximum} bytes: split it into several`);
    }
    yield chunk;
  }
}
