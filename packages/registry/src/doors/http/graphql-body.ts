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

/** A push may name 200,000 paths, each an object of three fields. */
const OF_WRITERS = { bytes: 64 * MIB, elements: 1_000_000 };

/** Whoever may not push asks short questions; the longest select recordings by 100,000 names. */
const OF_READERS = { bytes: MIB, elements: 110_000 };

/**
 * Reads the body of a GraphQL request within the bounds of its caller, before it is parsed: parsing blocks the
 * process, and millions of lists take a hundred times their bytes.
 * @returns the request to execute and how to free its memory, or the answer that refuses it
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
  const limits = mayWriteSomething(identity) ? OF_WRITERS : OF_READERS;
  const tooLarge = () => httpError(c, 'TOO_LARGE', `a GraphQL request may have ${limits.bytes} bytes`);
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
    const most = `${limits.elements} values, lists and objects`;
    return httpError(c, 'TOO_LARGE', `a GraphQL request may have ${most}: send several`);
  }
  return { request: await parsedRequest(raw, body), free };
}

/**
 * The request with its body parsed. A large body is decoded, parsed, checked and executed in steps, between which the
 * event loop serves other requests.
 */
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
