import type { OnProgress, Progress } from '@fixture-registry/client/core';
import { safeLine } from './output.js';

const STEP_NAMES: Record<Progress['step'], string> = {
  compare: 'comparing',
  digest: 'reading',
  download: 'downloading',
  upload: 'uploading',
};
/** Milliseconds between two progress lines. */
const TERMINAL_INTERVAL = 80;
const LOG_INTERVAL = 5000;

/** Messages for people. They go to stderr, so that stdout contains only the result. */
export interface Console {
  log(line: string): void;
  onProgress: OnProgress;
  /** Clears the progress line, before results are printed. */
  clear(): void;
}

/**
 * Opens the console. On a terminal, progress is one line that is overwritten; elsewhere, e.g. in
 * CI, a line every few seconds.
 * @param now the time in milliseconds
 */
export function openConsole(
  stream: NodeJS.WriteStream = process.stderr,
  now: () => number = () => performance.now(),
): Console {
  const terminal = stream.isTTY === true;
  const interval = terminal ? TERMINAL_INTERVAL : LOG_INTERVAL;
  let last = now();
  let shown = false;
  const clear = () => {
    if (shown) stream.write('\r\u001b[K');
    shown = false;
  };
  return {
    clear,
    log: (line) => {
      clear();
      stream.write(`${safeLine(line)}\n`);
    },
    onProgress: ({ step, done, total }) => {
      if (now() - last < interval) return;
      last = now();
      const line = `${STEP_NAMES[step]} ${done} of ${total}`;
      stream.write(terminal ? `\r\u001b[K${line}` : `${line}\n`);
      shown = terminal;
    },
  };
}
