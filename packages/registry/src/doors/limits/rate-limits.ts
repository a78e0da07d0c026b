import { createHmac, randomBytes } from 'node:crypto';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { ANONYMOUS, type Identity } from '../../trust/identity/identity.js';
import { addressBlock } from './client-address.js';

/** The window in which requests are counted, in seconds. */
const WINDOW = 60;

/**
 * Maximum failures of one kind per address and window. A workflow with a wrong token has one for
 * each of its jobs.
 */
const MAXIMUM_FAILURES = 60;

/** The limit of an identity is this many times the limit of an anonymous address. */
const ANONYMOUS_DIVISOR = 10;

/**
 * The number of buckets for addresses. It bounds the memory, and because the buckets are chosen
 * with a secret key of this process, an attacker cannot choose to fill the bucket of someone else.
 */
const BUCKETS = 65_536;

/** The key of a caller for limits: its identity, or its address when it is anonymous. */
export function callerKey(identity: Identity, address: string | null): string {
  return identity === ANONYMOUS ? `address ${addressBlock(address)}` : `identity ${identity.who}`;
}

/** Rate limits of callers. Each process counts separately, so the limits apply per process. */
export interface RateLimits {
  /** Counts a request. Returns the seconds to wait when the caller is above its limit, otherwise null. */
  request(identity: Identity, address: string | null): Promise<number | null>;
  /** Counts a failure of an address. */
  failed(failure: Failure, address: string | null): Promise<void>;
  /** The seconds that an address must wait after too many failures of a kind, otherwise null. */
  waitOf(failure: Failure, address: string | null): Promise<number | null>;
}

/** A failure that is limited per address: an invalid credential, or a write without a credential. */
export type Failure = 'credential' | 'anonymous-write';

/** Makes the rate limits. @param perMinute maximum requests of one identity; 0 for no limits at all */
export function makeRateLimits(perMinute: number): RateLimits {
  if (perMinute === 0) return { request: async () => null, failed: async () => {}, waitOf: async () => null };
  const limiter = (points: number) => new RateLimiterMemory({ points, duration: WINDOW });
  const identities = limiter(perMinute);
  const anonymous = limiter(Math.ceil(perMinute / ANONYMOUS_DIVISOR));
  const maximumFailures = Math.min(MAXIMUM_FAILURES, perMinute);
  const failures = { credential: limiter(maximumFailures), 'anonymous-write': limiter(maximumFailures) };
  const key = randomBytes(32);
  const bucketOf = (address: string | null) =>
    String(createHmac('sha256', key).update(addressBlock(address)).digest().readUInt32BE() % BUCKETS);
  return {
    request: (identity, address) =>
      // The number of identities is bounded, so they need no buckets.
      identity === ANONYMOUS ? count(anonymous, bucketOf(address)) : count(identities, identity.who),
    failed: async (failure, address) => {
      await count(failures[failure], bucketOf(address));
    },
    waitOf: async (failure, address) => {
      const limiter = failures[failure];
      const counted = await limiter.get(bucketOf(address));
      return counted && counted.consumedPoints >= limiter.points ? seconds(counted) : null;
    },
  };
}

async function count(limiter: RateLimiterMemory, key: string): Promise<number | null> {
  try {
    await limiter.consume(key);
    return null;
  } catch (refused) {
    if (refused instanceof RateLimiterRes) return seconds(refused);
    throw refused;
  }
}

const seconds = ({ msBeforeNext }: RateLimiterRes) => Math.max(1, Math.ceil(msBeforeNext / 1_000));
