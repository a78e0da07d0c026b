import type { ClientRequest, IncomingMessage } from 'node:http';

/** How long a registry may take. Times in milliseconds. */
export interface Patience {
  /** Without a byte in either direction; above what the largest comparison takes to compute. */
  idle: number;
  /** From the question's first byte to the answer's first. */
  head: number;
  /** Of waiting for an answer's bytes, after which they must have come at the rate below. */
  grace: number;
  /** Bytes a second, on the average of all the time waited for the answer. */
  rate: number;
}

export const PATIENCE: Patience = {
  idle: 120_000,
  head: 30 * 60_000,
  grace: 60_000,
  rate: 4096,
};

const LOOKS_IN_GRACE = 20;

/**
 * Ends a request whose answer does not come, or comes byte by byte: a registry must not be able to hold a workflow for hours. Only
 * time in which nothing is there to read counts, so that a slow disk on this side is not the registry's fault.
 */
export function watchAnswer(sent: ClientRequest, patience: Patience): void {
  let answer: IncomingMessage | null = null;
  let bytesBefore = 0;
  let waited = 0;
  const started = performance.now();
  const end = (what: string) => {
    const error = new Error(what);
    if (answer === null) sent.destroy(error);
    else answer.destroy(error);
  };
  sent.setTimeout(patience.idle, () => end(`it sent nothing for ${seconds(patience.idle)}`));
  sent.once('response', (response) => {
    answer = response;
    bytesBefore = response.socket.bytesRead;
  });
  const step = patience.grace / LOOKS_IN_GRACE;
  const timer = setInterval(() => {
    if (answer === null) {
      if (performance.now() - started > patience.head) end(`no answer came within ${seconds(patience.head)}`);
      return;
    }
    if (answer.readableLength > 0) return;
    waited += step;
    const bytes = answer.socket.bytesRead - bytesBefore;
    if (waited > patience.grace && bytes < (patience.rate * waited) / 1000) {
      end(`it sent ${bytes} bytes in ${seconds(waited)}, which is too slow to go on`);
    }
  }, step);
  timer.unref();
  sent.once('close', () => clearInterval(timer));
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 100) / 10} s`;
}
