import type { MiddlewareHandler } from 'hono';

/**
 * OpenTelemetry traces: a span for each request and each GraphQL operation, with SQL statements as
 * events.
 */
export interface Tracing {
  /** Must be added before all routes. */
  middleware: MiddlewareHandler;
  /** Traces GraphQL operations by name, without variables and results, because these contain recordings. */
  plugin: object;
  /** Adds a SQL statement to the current span. */
  queried(query: string): void;
  /** Sends the remaining spans. */
  stop(): Promise<void>;
}

const SERVICE = 'fixture-registry';

/**
 * Starts sending traces to `OTEL_EXPORTER_OTLP_ENDPOINT`. The exporter reads the other
 * OpenTelemetry variables (headers, timeouts, sampling) itself. The libraries are imported here, so
 * that a registry without traces does not load them.
 */
export async function startTracing(serviceName: string | null): Promise<Tracing> {
  const [
    { trace },
    { BatchSpanProcessor, NodeTracerProvider },
    { OTLPTraceExporter },
    hono,
    envelop,
    resources,
  ] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@hono/otel'),
    import('@envelop/opentelemetry'),
    import('@opentelemetry/resources'),
  ]);
  const name = serviceName ?? SERVICE;
  const provider = new NodeTracerProvider({
    resource: resources.resourceFromAttributes({ 'service.name': name }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  provider.register();
  return {
    middleware: hono.httpInstrumentationMiddleware({ serviceName: name, tracerProvider: provider }),
    plugin: envelop.useOpenTelemetry({ variables: false, result: false, document: false }, provider),
    queried: (query) => {
      trace.getActiveSpan()?.addEvent('query', { 'db.query.text': query });
    },
    stop: () => provider.shutdown(),
  };
}
