import type { MiddlewareHandler } from 'hono';

/** Traces in OpenTelemetry's format: a span for each request and each GraphQL operation, its queries as events. */
export interface Tracing {
  /** Before all routes. */
  middleware: MiddlewareHandler;
  /** For GraphQL: one span for each operation, by its name. Neither its variables nor its result: they hold recordings. */
  plugin: object;
  /** Notes a query in the span that it belongs to. */
  queried(query: string): void;
  /** Sends what is left. */
  stop(): Promise<void>;
}

const SERVICE = 'fixture-registry';

/**
 * Starts to send traces to where `OTEL_EXPORTER_OTLP_ENDPOINT` says; the exporter reads the other variables of
 * OpenTelemetry's specification (headers, timeouts, sampling) for itself. Nothing of it is loaded unless it is called.
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
