import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** How the database does, as it is asked each time the metrics are read. */
export interface DatabaseState {
  /** Connections of all processes to the database, by what they do; empty where it is embedded. */
  connections: { state: string; count: number }[];
}

/** What `GET /metrics` tells, in the text format of Prometheus. */
export interface Metrics {
  requested(method: string, route: string, status: number, seconds: number): void;
  /** Bytes on the wire for one request, heads included. */
  transferred(route: string, bytes: { received: number; sent: number }): void;
  /** How a push ended: `pushed`, `content-missing`, or why it was refused. */
  pushed(outcome: string): void;
  queried(): void;
  /** A report was asked for, and was remembered or not. */
  reported(isRemembered: boolean): void;
  /** A block was asked for, and was remembered or had to be read. */
  readBlock(isRemembered: boolean): void;
  text(): Promise<string>;
  contentType: string;
}

/** @param askDatabase is timed: what it takes from the pool's queue to the answer is what requests wait, too */
export function makeMetrics(askDatabase: () => Promise<DatabaseState>): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'fixture_registry_request_duration_seconds',
    help: 'Time from a request to the head of its answer, by route.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers,
  });
  const counter = <const Label extends string>(name: string, help: string, labelNames: Label[] = []) =>
    new Counter({ name: `fixture_registry_${name}`, help, labelNames, registers });
  const received = counter('received_bytes_total', 'Bytes that clients sent, by route.', ['route']);
  const sent = counter('sent_bytes_total', 'Bytes that were sent to clients, by route.', ['route']);
  const pushes = counter('pushes_total', 'Pushes, by how they ended.', ['outcome']);
  const queries = counter('database_queries_total', 'Queries to the database.');
  const hits = counter('report_cache_hits_total', 'Reports that were remembered.');
  const misses = counter('report_cache_misses_total', 'Reports that had to be computed.');
  const blockHits = counter('block_cache_hits_total', 'Blocks of contents that were remembered.');
  const blockMisses = counter('block_cache_misses_total', 'Blocks of contents that had to be read.');
  const connections = new Gauge({
    name: 'fixture_registry_database_connections',
    help: 'Connections of all processes to the database, by what they do.',
    labelNames: ['state'],
    registers,
  });
  new Gauge({
    name: 'fixture_registry_database_answer_seconds',
    help: 'Time from a question to its answer, the wait for a connection of the pool included.',
    registers,
    async collect() {
      const started = performance.now();
      connections.reset();
      for (const { state, count } of (await askDatabase()).connections) connections.set({ state }, count);
      this.set((performance.now() - started) / 1_000);
    },
  });
  return {
    // The route, not the path: paths are without number.
    requested: (method, route, status, seconds) => requests.observe({ method, route, status }, seconds),
    transferred: (route, bytes) => {
      received.inc({ route }, bytes.received);
      sent.inc({ route }, bytes.sent);
    },
    pushed: (outcome) => pushes.inc({ outcome }),
    queried: () => queries.inc(),
    reported: (isRemembered) => (isRemembered ? hits : misses).inc(),
    readBlock: (isRemembered) => (isRemembered ? blockHits : blockMisses).inc(),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
