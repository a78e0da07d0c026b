import { setTimeout as sleep } from 'node:timers/promises';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { shareRunning } from '../vocabulary/share-running.js';

/** The state of the database, queried each time the metrics are read. */
export interface DatabaseState {
  /** Connections of all processes to the database by state; empty for the embedded database. */
  connections: { state: string; count: number }[];
  /** Free bytes on the disk of the embedded database; null for Postgres. */
  freeBytes: number | null;
}

/** Milliseconds that the metrics wait for the database. Prometheus waits for 10 s. */
const DATABASE_TIMEOUT = 3_000;

/** A round of upkeep for the metrics. */
export interface UpkeepRound {
  /** Removed rows by name, such as `snapshots`. */
  removed: Record<'refs' | 'snapshots' | 'entries' | 'contents' | 'events', number>;
  /** Freed bytes, as stored. Repacking may also need more. */
  freed: number;
  seconds: number;
  isSuccess: boolean;
}

/** The metrics of `GET /metrics`, in the Prometheus text format. */
export interface Metrics {
  requested(method: string, route: string, status: number, seconds: number): void;
  /** Bytes on the wire for one request, including HTTP headers. */
  transferred(route: string, bytes: { received: number; sent: number }): void;
  /** Counts a push. The outcome is `pushed`, `content-missing`, or the kind of the refusal. */
  pushed(outcome: string): void;
  queried(): void;
  /** Counts a report, from the cache or computed. */
  reported(isCached: boolean): void;
  /** Counts a block, from the cache or read from the store. */
  readBlock(isCached: boolean): void;
  /** Counts contents that were read again, because an earlier release read them. */
  readAgain(contents: number): void;
  /** Counts a round of upkeep, and what it removed. */
  keptUp(round: UpkeepRound): void;
  text(): Promise<string>;
  contentType: string;
}

/**
 * Makes the metrics of this process.
 * @param queryDatabase is timed, including the wait for a connection of the pool, which requests have as well
 */
export function makeMetrics(queryDatabase: () => Promise<DatabaseState>): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'fixture_registry_request_duration_seconds',
    help: 'Time from a request to the headers of its response, by route.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers,
  });
  const counter = <const Label extends string>(name: string, help: string, labelNames: Label[] = []) =>
    new Counter({ name: `fixture_registry_${name}`, help, labelNames, registers });
  const received = counter('received_bytes_total', 'Bytes received from clients, by route.', ['route']);
  const sent = counter('sent_bytes_total', 'Bytes sent to clients, by route.', ['route']);
  const pushes = counter('pushes_total', 'Pushes, by outcome.', ['outcome']);
  const queries = counter('database_queries_total', 'Queries to the database.');
  const hits = counter('report_cache_hits_total', 'Reports served from the cache.');
  const misses = counter('report_cache_misses_total', 'Reports that were computed.');
  const blockHits = counter('block_cache_hits_total', 'Content blocks served from the cache.');
  const blockMisses = counter('block_cache_misses_total', 'Content blocks read from the store.');
  const again = counter('contents_read_again_total', 'Contents read again after an upgrade.');
  const removed = counter('upkeep_removed_total', 'Rows that upkeep removed, by table.', ['what']);
  // From the start, so that an increase is seen the first time as well.
  for (const what of ['refs', 'snapshots', 'entries', 'contents', 'events']) removed.inc({ what }, 0);
  const freed = counter('upkeep_freed_bytes_total', 'Stored bytes that upkeep freed.');
  const seconds = counter('upkeep_seconds_total', 'Time that upkeep took.');
  const success = new Gauge({
    name: 'fixture_registry_upkeep_last_success_timestamp_seconds',
    help: 'When this process last completed a round of upkeep, in seconds since 1970; 0: never.',
    registers,
  });
  const observe = observeDatabase(queryDatabase);
  new Gauge({
    name: 'fixture_registry_database_up',
    help: 'Whether the database answers: 1 or 0.',
    registers,
    async collect() {
      this.set((await observe()) === null ? 0 : 1);
    },
  });
  new Gauge({
    name: 'fixture_registry_database_connections',
    help: 'Connections of all processes to the database, by state.',
    labelNames: ['state'],
    registers,
    async collect() {
      const observed = await observe();
      this.reset();
      for (const { state, count } of observed?.connections ?? []) this.set({ state }, count);
    },
  });
  new Gauge({
    name: 'fixture_registry_data_free_bytes',
    help: 'Free bytes on the disk of the embedded database.',
    registers,
    async collect() {
      const observed = await observe();
      if (observed === null || observed.freeBytes === null) this.remove();
      else this.set(observed.freeBytes);
    },
  });
  new Gauge({
    name: 'fixture_registry_database_answer_seconds',
    help: 'Response time of the database, including the wait for a connection of the pool.',
    registers,
    async collect() {
      const observed = await observe();
      if (observed === null) this.remove();
      else this.set(observed.seconds);
    },
  });
  return {
    // The label is the route, not the path, because the number of paths is unbounded.
    requested: (method, route, status, seconds) => requests.observe({ method, route, status }, seconds),
    transferred: (route, bytes) => {
      received.inc({ route }, bytes.received);
      sent.inc({ route }, bytes.sent);
    },
    pushed: (outcome) => pushes.inc({ outcome }),
    queried: () => queries.inc(),
    reported: (isCached) => (isCached ? hits : misses).inc(),
    readBlock: (isCached) => (isCached ? blockHits : blockMisses).inc(),
    readAgain: (contents) => again.inc(contents),
    keptUp: (round) => {
      for (const [what, number] of Object.entries(round.removed)) removed.inc({ what }, number);
      freed.inc(Math.max(0, round.freed));
      seconds.inc(round.seconds);
      if (round.isSuccess) success.setToCurrentTime();
    },
    text: shareRunning(() => registry.metrics()),
    contentType: registry.contentType,
  };
}

/** Times a query of the database for all gauges of one scrape. Null when it fails or takes too long. */
function observeDatabase(
  queryDatabase: () => Promise<DatabaseState>,
): () => Promise<(DatabaseState & { seconds: number }) | null> {
  // A query that outlives its scrape is shared with the next one.
  const query = shareRunning(async () => {
    const started = performance.now();
    const state = await queryDatabase();
    return { ...state, seconds: (performance.now() - started) / 1_000 };
  });
  return shareRunning(async () => {
    const done = new AbortController();
    const timeout = sleep(DATABASE_TIMEOUT, null, { signal: done.signal });
    try {
      return await Promise.race([query(), timeout]);
    } catch {
      return null;
    } finally {
      done.abort();
      timeout.catch(() => {});
    }
  });
}
