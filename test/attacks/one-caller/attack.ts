import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestRegistry } from '../../support/registry.js';

/** The attacked repository. It is public, and the attacker can write to it with one of the tokens. */
export const ATTACKED = 'acme/desk';

/** Where an attack is sent, with tokens of the attacked repository. */
export interface Target {
  url: string;
  reader: string;
  writer: string;
}

/**
 * The result of a request or a connection. `refused` is an HTTP error, a GraphQL error or a typed failure;
 * `lost` is a connection that ended without a response; `left` is a request that the attacker abandoned;
 * `held` is a connection that stays open.
 */
export type Outcome = 'answered' | 'refused' | 'lost' | 'left' | 'held';

/** One outcome, and the outcomes that are correct when the registry enforces its bounds. */
export interface Report {
  what: string;
  outcome: Outcome;
  right: Outcome[];
}

/** One attack with which a caller can keep other callers from the registry. */
export interface Attack {
  name: string;
  /** How many outcomes are reported before the attack counts as under way. */
  underWay: number;
  /** Fills the attacked repository, as its admin. */
  prepare?: (registry: TestRegistry) => Promise<void>;
  /** Attacks until `stop` is aborted, then resolves. */
  run(target: Target, stop: AbortSignal, report: (report: Report) => void): Promise<void>;
}

/** A request of an attacker. */
export interface Sent {
  what: string;
  path: string;
  body: Buffer;
  token: string | null;
  right: Outcome[];
  /** Milliseconds after which the attacker leaves without a response. */
  leaveAfter?: number;
}

/** Milliseconds between two requests of a lane. Without them, the limit of requests causes every refusal. */
const PAUSE = 50;

const JSON_TYPE = { 'content-type': 'application/json' };

/** Sends a request. Resolves with its response before the body is read. */
export function send(
  url: string,
  { path, body, token }: Pick<Sent, 'path' | 'body' | 'token'>,
  signal: AbortSignal | null = null,
): Promise<Response> {
  return fetch(new URL(path, url), {
    method: 'POST',
    headers: { ...JSON_TYPE, ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
    body: new Uint8Array(body),
    signal,
  });
}

/**
 * An attack that sends requests again and again.
 * @param requests returns the requests, in the order in which each lane sends them
 * @param lanes the number of requests at the same time
 */
export function sendAgain(
  lanes: number,
  requests: (target: Target) => Sent[],
): Pick<Attack, 'underWay' | 'run'> {
  return {
    underWay: 1,
    run: async (target, stop, report) => {
      const list = requests(target);
      // Each lane adds a listener.
      setMaxListeners(0, stop);
      const lane = async (first: number) => {
        for (let at = first; !stop.aborted; at++) {
          const request = list[at % list.length] as Sent;
          const outcome = await outcomeOf(target.url, request, stop);
          if (stop.aborted) return;
          report({ what: request.what, outcome, right: request.right });
          await sleep(PAUSE, undefined, { signal: stop }).catch(() => {});
        }
      };
      await Promise.all(Array.from({ length: lanes }, (_, index) => lane(index)));
    },
  };
}

async function outcomeOf(url: string, request: Sent, stop: AbortSignal): Promise<Outcome> {
  const leave = new AbortController();
  const end = () => leave.abort();
  stop.addEventListener('abort', end, { once: true });
  const timer = request.leaveAfter === undefined ? undefined : setTimeout(end, request.leaveAfter);
  try {
    const response = await send(url, request, leave.signal);
    const text = await response.text();
    return response.status >= 400 || isFailure(text) ? 'refused' : 'answered';
  } catch {
    return leave.signal.aborted ? 'left' : 'lost';
  } finally {
    clearTimeout(timer);
    stop.removeEventListener('abort', end);
  }
}

/** Whether the start of a GraphQL response contains an error or a typed failure. */
function isFailure(text: string): boolean {
  return /"errors":\[|"__typename":"(?:InvalidInput|NotFound|Forbidden)"/.test(text.slice(0, 2_000));
}

/** The body of a GraphQL request. */
export function graphqlBody(query: string, variables: Record<string, unknown> = {}): Buffer {
  return Buffer.from(JSON.stringify({ query, variables }));
}
