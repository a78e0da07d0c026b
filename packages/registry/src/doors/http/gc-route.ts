import type { Logger } from 'pino';
import { databaseFailureOf } from '../../database/statements/database-failure.js';
import { collectGarbage } from '../../store/garbage/collect-garbage.js';
import { httpError, unavailable } from '../request/http-error.js';
import type { App, Services } from '../request/services.js';

/** One line of the response: a step that is complete, or the end. */
export type GcMessage = { line: string } | { done: true } | { failed: string };

/** Milliseconds between two empty lines while a step takes long, so that the client keeps waiting. */
const HEARTBEAT = 10_000;

/** Seconds after which a second run can start. */
const RETRY_AFTER = 10;

/**
 * Adds the route of `fixture-registry gc` for the embedded database, which only this process can open. It
 * requires an admin token for all repositories, and runs once at a time.
 */
export function addGcRoute(app: App, { connection, log }: Services): void {
  let isRunning = false;
  app.post('/-/gc', (c) => {
    const { grants } = c.get('identity');
    if (!grants.some(({ repositoryId, scope }) => repositoryId === 'all' && scope === 'admin')) {
      return httpError(c, 'FORBIDDEN', 'gc requires an admin token for all repositories');
    }
    if (isRunning) return unavailable(c, 'gc is already running: try again later', RETRY_AFTER);
    const dryRun = c.req.query('dry-run') === 'true';
    const requestId = c.get('requestId');
    isRunning = true;
    c.header('content-type', 'application/x-ndjson');
    c.header('cache-control', 'no-store');
    return c.body(
      responseOf(async (send) => {
        try {
          await collectGarbage(connection, { dryRun }, (line) => send({ line }));
          send({ done: true });
        } catch (error) {
          send({ failed: describe(error, requestId, log) });
        } finally {
          isRunning = false;
        }
      }),
    );
  });
}

/** Sends the messages as lines. The work continues to its end when the client disconnects. */
function responseOf(work: (send: (message: GcMessage) => void) => Promise<void>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let isOpen = true;
  return new ReadableStream({
    start: (controller) => {
      const write = (text: string) => {
        if (isOpen) controller.enqueue(encoder.encode(`${text}\n`));
      };
      const heartbeat = setInterval(() => write(''), HEARTBEAT);
      void work((message) => write(JSON.stringify(message))).finally(() => {
        clearInterval(heartbeat);
        if (isOpen) controller.close();
      });
    },
    cancel: () => {
      isOpen = false;
    },
  });
}

function describe(error: unknown, requestId: string, log: Logger): string {
  log.error({ requestId, err: error }, 'gc failed');
  const failure = databaseFailureOf(error);
  return failure ? failure.message : `gc failed unexpectedly. The log of the registry has ${requestId}`;
}
