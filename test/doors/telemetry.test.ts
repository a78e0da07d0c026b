import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { digestOf } from '@fixture-registry/protocol';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { downloadContents } from '../support/block-archives.js';
import { pushFiles } from '../support/push-files.js';
import { manyFiles } from '../support/recordings.js';
import { CHECKOUT, startRegistry, type TestRegistry } from '../support/registry.js';

interface Span {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  attributes: { key: string; value: { stringValue?: string; intValue?: number } }[];
  events: { name: string; attributes: Span['attributes'] }[];
}

/** A trace collector on loopback that accepts OpenTelemetry's JSON over HTTP. */
async function startCollector(): Promise<AsyncDisposable & { url: string; spans: Span[] }> {
  const spans: Span[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const json = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
    const sent = JSON.parse(json.toString()) as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] };
    for (const resource of sent.resourceSpans) {
      for (const scope of resource.scopeSpans) spans.push(...scope.spans);
    }
    response.setHeader('content-type', 'application/json').end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

const SECRET_TEST = 'tests/test_refunds.py::test_that_nobody_outside_may_know';

describe('traces', () => {
  it('have spans for the request, its GraphQL operation and the queries, without their values', async () => {
    await using collector = await startCollector();
    const registry = await startRegistry({
      postgresUrl: inject('postgresUrl'),
      // The real command: the packages for traces must share modules with the registry.
      root: CHECKOUT,
      environment: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_SERVICE_NAME: 'fixtures-of-acme' },
    });
    await pushFiles(registry, {
      repository: 'acme/traced',
      ref: { branch: 'main' },
      add: manyFiles(2, 'traced'),
    });
    await registry.ask(
      `query ByTest($testId: String!) {
        repository(owner: "acme", name: "traced") { recordings(filter: { testId: $testId }) { totalCount } }
      }`,
      { testId: SECRET_TEST },
    );
    // The registry sends the remaining spans before it exits.
    expect(await registry.stop()).toBe(0);
    await registry[Symbol.asyncDispose]();

    const operation = collector.spans.find((span) =>
      span.attributes.some(({ value }) => value.stringValue === 'ByTest'),
    );
    const request = collector.spans.find((span) => span.spanId === operation?.parentSpanId);
    expect(request?.name).toMatch(/POST .*\/graphql/);
    const queries = collector.spans.flatMap((span) =>
      span.traceId === request?.traceId ? span.events.filter(({ name }) => name === 'query') : [],
    );
    expect(queries.length).toBeGreaterThan(0);
    expect(JSON.stringify(collector.spans)).not.toContain(SECRET_TEST);
    expect(JSON.stringify(collector.spans)).not.toContain(registry.adminToken);
  });

  it('do not affect requests when the collector is unreachable', async () => {
    await using registry = await startRegistry({
      postgresUrl: inject('postgresUrl'),
      root: CHECKOUT,
      environment: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' },
    });
    expect(await registry.ask('{ __typename }')).toEqual({ __typename: 'Query' });
    expect(await registry.stop()).toBe(0);
  });
});

describe('metrics', () => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await startRegistry({ postgresUrl: inject('postgresUrl') });
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  /** Returns the sum of a metric over all labels; null if it is not exported. */
  const read = async () => {
    const text = await (await fetch(`${registry.url}/metrics`)).text();
    return (name: string) => {
      const lines = text.split('\n').filter((line) => new RegExp(`^${name}[ {]`).test(line));
      return lines.length === 0 ? null : lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
    };
  };

  it('count pushes, bytes in both directions, connections and event loop lag', async () => {
    const earlier = await read();
    const files = manyFiles(12, 'metrics');
    await pushFiles(registry, { repository: 'acme/metrics', ref: { branch: 'main' }, add: files });
    const later = await read();
    // The first push reports the missing contents, the second one succeeds.
    expect(later('fixture_registry_pushes_total')).toBe((earlier('fixture_registry_pushes_total') ?? 0) + 2);
    for (const name of ['received_bytes', 'sent_bytes', 'database_queries']) {
      const metric = `fixture_registry_${name}_total`;
      expect(later(metric), metric).toBeGreaterThan(earlier(metric) ?? 0);
    }

    const digests = Object.values(files).map((bytes) => digestOf(Buffer.from(bytes)));
    const hits = 'fixture_registry_block_cache_hits_total';
    const misses = 'fixture_registry_block_cache_misses_total';
    await downloadContents(registry, 'acme/metrics', { digests });
    const first = await read();
    await downloadContents(registry, 'acme/metrics', { digests });
    const second = await read();
    // The first download reads each block from the database, the second one none.
    expect(first(misses)).toBeGreaterThan(later(misses) ?? 0);
    expect(second(misses)).toBe(first(misses));
    expect(second(hits)).toBeGreaterThan(first(hits) ?? 0);

    expect(later('fixture_registry_database_connections')).toBeGreaterThan(0);
    for (const name of [
      'fixture_registry_database_answer_seconds',
      'fixture_registry_report_cache_hits_total',
      'fixture_registry_report_cache_misses_total',
      'nodejs_eventloop_lag_p99_seconds',
    ]) {
      expect(later(name), name).not.toBeNull();
    }
  });
});
