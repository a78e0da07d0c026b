import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Timeouts } from '../registry/timeouts.js';

const CHECKS_PER_GRACE = 20;

/**
 * Ends a request whose response does not arrive in time, or arrives too slowly, so that a registry
 * cannot hold a workflow for hours. Only time without data to read counts: a slow local disk is not
 * the registry's fault.
 * @param request emits an error that says which timeout was exceeded
 */
export function watchResponse(request: ClientRequest, timeouts: Timeouts): void {
  let response: IncomingMessage | null = null;
  let bytesBefore = 0;
  let waited = 0;
  const started = performance.now();
  const end = (what: string) => {
    const error = new Error(what);
    if (response === null) request.destroy(error);
    else response.destroy(error);
  };
  request.setTimeout(timeouts.idle, () => end(`it sent nothing for ${seconds(timeouts.idle)}`));
  request.once('response', (received) => {
    response = received;
    bytesBefore = received.socket.bytesRead;
  });
  const interval = timeouts.grace / CHECKS_PER_GRACE;
  const timer = setInterval(() => {
    if (response === null) {
      if (performance.now() - started > timeouts.head) end(`no response within ${seconds(timeouts.head)}`);
      return;
    }
    if (response.readableLength > 0) return;
    waited += interval;
    const bytes = response.socket.bytesRead - bytesBefore;
    if (waited > timeouts.grace && bytes < (timeouts.rate * waited) / 1000) {
      end(`it sent ${bytes} bytes in ${seconds(waited)}, which is too slow`);
    }
  }, interval);
  timer.unref();
  request.once('close', () => clearInterval(timer));
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 100) / 10} s`;
}
