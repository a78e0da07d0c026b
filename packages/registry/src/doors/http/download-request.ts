import { isDigest, LIMITS } from '@fixture-registry/protocol';
import type { Context } from 'hono';
import { TooManyWaiting } from '../limits/fair-turns.js';
import { callerKey } from '../limits/rate-limits.js';
import { readBoundedJson, SMALL_JSON } from '../limits/read-bounded-json.js';
import { httpError } from '../request/http-error.js';
import type { AppEnvironment, Services } from '../request/services.js';

/** The contents that a client downloads. */
export interface DownloadRequest {
  digests: string[];
  /** Whether the client accepts blocks, */
  blocks: boolean;
  /** and presigned URLs instead of blocks. */
  addresses: boolean;
}

/** Each digest is an element; the rest is for the other fields. */
const MAXIMUM_ELEMENTS = LIMITS.downloadDigests + 20;

/** A digest has 67 bytes in JSON; the rest is for the other fields. */
const MAXIMUM_BYTES = LIMITS.downloadDigests * 72;

/**
 * Reads the body of a download. Returns an error response when it is invalid.
 * @throws TooManyWaiting when the caller has too many requests in memory
 */
export async function readDownloadRequest(
  c: Context<AppEnvironment>,
  { bodies }: Services,
): Promise<DownloadRequest | Response> {
  const invalid = () =>
    httpError(
      c,
      'INVALID',
      `send {"digests": [...]} with at most ${LIMITS.downloadDigests} sha256 in hex, and "blocks": true ` +
        'to get blocks',
    );
  const announced = Number(c.req.header('content-length') ?? MAXIMUM_BYTES + 1);
  if (announced > MAXIMUM_BYTES) return invalid();
  if (announced <= SMALL_JSON) return parseDownload(await c.req.json().catch(() => null)) ?? invalid();
  const { reserve, free } = bodies.reservation(callerKey(c.get('identity'), c.get('address')));
  try {
    const bounds = { bytes: MAXIMUM_BYTES, elements: MAXIMUM_ELEMENTS, reserve };
    const json = await readBoundedJson(c.req.raw, bounds);
    if (json === 'no memory') throw new TooManyWaiting();
    if (json === 'too many elements') {
      const message = `the request has too many elements: send at most ${LIMITS.downloadDigests} digests`;
      return httpError(c, 'TOO_LARGE', message);
    }
    return (typeof json === 'string' ? null : parseDownload(parseJson(json))) ?? invalid();
  } finally {
    free();
  }
}

function parseJson(json: Buffer): unknown {
  try {
    return JSON.parse(json.toString());
  } catch {
    return null;
  }
}

function parseDownload(body: unknown): DownloadRequest | null {
  const { digests, blocks = false, addresses = false } = (body ?? {}) as Record<string, unknown>;
  if (!Array.isArray(digests) || digests.length > LIMITS.downloadDigests) return null;
  if (typeof blocks !== 'boolean' || typeof addresses !== 'boolean') return null;
  return digests.every((digest) => typeof digest === 'string' && isDigest(digest))
    ? { digests: [...new Set(digests as string[])], blocks, addresses }
    : null;
}
