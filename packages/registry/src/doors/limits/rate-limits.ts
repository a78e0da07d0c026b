import { createHmac, randomBytes } from 'node:crypto';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { ANONYMOUS, type Identity } from '../../trust/identity/identity.js';
import { addressBlock } from './client-address.js';

/** Seconds over which requests are counted. */
const WINDOW = 60;

/** Failures of one kind of one address in a window; a workflow with a wrong token has one for each of its jobs. */
const FAILURES = 60;

/** An address without an identity gets this part of what an identity gets. */
const ANONYMOUS_PART = 10;

/**
 * Addresses are counted in this many buckets, chosen by a key of this process: however many addresses somebody has,
 * the memory is bounded, and nobody can choose whose bucket to fill.
 */
const BUCKETS = 65_536;

/** What stands for one caller where requests share something: an identity, or an address without one. */
export function callerKey(identity: Identity, address: string | null): string {
  return identity === ANONYMOUS ? `address ${addressBlock(address)}` : `identity ${identity.who}`;
}

/** How much one caller may ask. Each process counts for itself: with several, a caller gets so much of each. */
export interface RateLimits {
  /** Counts a request; the seconds to wait when it is one too many, else null. */
  request(identity: Identity, address: string | null): Promise<number | null>;
  /** Counts a failure of an address. */
  failed(failure: Failure, address: string | null): Promise<void>;
  /** The seconds that an address has to wait after too many failures of a kind; null when it need not. */
  waitOf(failure: Failure, address: string | null): Promise<number | null>;
}

/** What an address may do only so often: send a credential that is not valid, or try to write without one. */
export type Failure = 'credential' | 'anonymous-write';

/** @param perMinute requests of one identity; 0: nothing is limited */
export function makeRateLimits(perMinute: number): RateLimits {
  if (perMinute === 0) return { request: async () => null, failed: async () => {}, waitOf: async () => null };
  const limiter = (points: number) => new RateLimiterMemory({ points, duration: WINDOW });
  const identities = limiter(perMinute);
  const anonymous = limiter(Math.ceil(perMinute / ANONYMOUS_PART));
  const mostFailures = Math.min(FAILURES, perMinute);
  const failures = { credential: limiter(mostFailures), 'anonymous-write': limiter(mostFailures) };
  const key = randomBytes(32);
  const bucketOf = (address: string | null) =>
    String(createHmac('sha256', key).update(addressBlock(address)).digest().readUInt32BE() % BUCKETS);
  return {
    request: (identity, address) =>
      // Identities are as many as were given out, so they need no buckets.
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
