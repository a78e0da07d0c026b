/** How long the client waits for a registry. Times are in milliseconds. */
export interface Timeouts {
  /** Without a byte in either direction. Longer than the slowest drift report takes to compute. */
  idle: number;
  /** From the first byte of the request to the first byte of the response. */
  head: number;
  /** Time spent waiting for the response body before `rate` applies. */
  grace: number;
  /** Minimum bytes per second, averaged over the time spent waiting for the body. */
  rate: number;
}

/** The timeouts of a connection that sets none. */
export const DEFAULT_TIMEOUTS: Timeouts = {
  idle: 120_000,
  head: 30 * 60_000,
  grace: 60_000,
  rate: 4096,
};
