import { setImmediate } from 'node:timers/promises';
import type { Context } from 'hono';
import { mayWriteSomething } from '../../trust/access/may-write.js';
import type { ByteBudget } from '../limits/byte-budget.js';
import { PAUSE } from '../limits/fair-turns.js';
import { callerKey } from '../limits/rate-limits.js';
import { readBoundedJson, SMALL_JSON } from '../limits/read-bounded-json.js';
import { httpError, tooManyRequests } from '../request/http-error.js';
import type { AppEnvironment } from '../request/services.js';

const MIB = 1024 * 1024;

/** A push can contain 200,000 paths, each an object with three fields. */
const WRITER_LIMITS = { bytes: 64 * MIB, elements: 1_000_000 };

/** Callers that cannot push send short queries. The longest select recordings by 100,000 names. */
const READER_LIMITS = { bytes: MIB, elements: 110_000 };

/**
 * Reads the body of a GraphQL request within the limits of its caller. The limits apply before the
 * body is parsed, because parsing blocks the event loop, and millions of lists need a hundred times
 * their bytes in memory.
 * @returns the request to execute and a function that frees its memory, or an error response
 */
export async function readGraphqlBody(
  c: Context<AppEnvironment>,
  budget: ByteBudget,
): Promise<{ request: Request; free(): void } | Response> {
  const announced = c.req.header('content-length');
  const { raw } = c.req;
  if (raw.body === null || (announced !== undefined && Number(announced) <= SMALL_JSON)) {
    return { request: raw, free: () => {} };
  }
  const identity = c.get('identity');
  const limits = mayWriteSomething(identity) ? WRITER_LIMITS : READER_LIMITS;
  const tooLarge = () =>
    httpError(c, 'TOO_LARGE', `a GraphQL request can have at most ${limits.bytes} bytes`);
  if (Number(announced) > limits.bytes) return tooLarge();

  const { reserve, free } = budget.reservation(callerKey(identity, c.get('address')));
  const body = await readBoundedJson(raw, { ...limits, reserve }).catch((error: unknown) => {
    free();
    throw error;
  });
  if (typeof body === 'string') {
    free();
    if (body === 'no memory') return tooManyRequests(c, PAUSE);
    if (body === 'too many bytes') return tooLarge();
    if (body === 'ended early') return httpError(c, 'INVALID', 'the request ended early');
    const maximum = `${limits.elements} values, lists and objects`;
    return httpError(c, 'TOO_LARGE', `a GraphQL request can have at most ${maximum}: split it into several`);
  }
  return { request: await parsedRequest(raw, body), free };
}

/** The request with its body parsed, in steps between which the event loop serves other requests. */
async function parsedRequest({ url, method, headers }: Request, body: Buffer): Promise<Request> {
  await setImmediate();
  const text = body.toString();
  await setImmediate();
  const parsed = parse(text);
  await setImmediate();
  return Object.assign(new Request(url, { method, headers }), { json: parsed });
}

/** Returns what `Request.json` does: the value, or the error of a text that is not JSON. */
function parse(text: string): () => Promise<unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return async () => value;
  } catch (error) {
    return async () => {
      throw error;
    };
  }
}
