import { type OnProgress, type Progress, withCommas } from '@fixture-registry/client/core';
import { isPlain } from './terminal.js';

const STEP_NAMES: Record<Progress['step'], string> = {
  compare: 'comparing',
  digest: 'reading',
  download: 'downloading',
  upload: 'uploading',
};
/** Milliseconds between two lines where there is no terminal. */
const LOG_INTERVAL = 5000;
/** Milliseconds of a step before its bar appears: most steps are shorter. */
const BAR_DELAY = 200;
/** Redraws of the bar per second. */
const BAR_RATE = 12;

/** Shows the progress of a command on stderr. */
export interface ProgressDisplay {
  onProgress: OnProgress;
  /** Removes the bar, before other output. */
  clear(): void;
}

/**
 * Opens the display: a bar with rate and time left on a terminal; elsewhere, such as in CI, a line
 * every few seconds.
 * @param now the time in milliseconds
 */
export async function openProgress(
  stream: NodeJS.WriteStream = process.stderr,
  environment: Record<string, string | undefined> = process.env,
  now: () => number = () => performance.now(),
): Promise<ProgressDisplay> {
  return isPlain(stream, environment) ? progressLines(stream, now) : progressBar(stream, now);
}

function progressLines(stream: NodeJS.WriteStream, now: () => number): ProgressDisplay {
  let last = now();
  return {
    clear: () => undefined,
    onProgress: ({ step, done, total }) => {
      if (now() - last < LOG_INTERVAL) return;
      last = now();
      stream.write(`${STEP_NAMES[step]} ${withCommas(done)} of ${withCommas(total)}\n`);
    },
  };
}

async function progressBar(stream: NodeJS.WriteStream, now: () => number): Promise<ProgressDisplay> {
  // Imported on demand: only a terminal needs it.
  const { default: progress } = await import('cli-progress');
  let bar: InstanceType<typeof progress.SingleBar> | null = null;
  let shown: Progress['step'] | null = null;
  let started = 0;
  const clear = () => {
    bar?.stop();
    bar = null;
    shown = null;
  };
  return {
    clear,
    onProgress: ({ step, done, total }) => {
      if (step !== shown) {
        clear();
        started = now();
        shown = step;
      }
      if (now() - started < BAR_DELAY) return;
      if (bar === null) {
        bar = new progress.SingleBar({
          stream,
          format: `${STEP_NAMES[step]} {bar} {percentage}% | {value} of {total} | {rate}/s | {left} left`,
          barCompleteChar: '█',
          barIncompleteChar: '░',
          barsize: 24,
          fps: BAR_RATE,
          // Else the first Ctrl-C would only stop the bar.
          gracefulExit: false,
          // Else Ctrl-C would leave the terminal without line wrapping, or without a cursor.
          linewrap: true,
          hideCursor: false,
          clearOnComplete: true,
          autopadding: true,
          formatValue: (value, _options, type) =>
            type === 'percentage' ? String(value).padStart(3) : withCommas(Number(value)),
        });
        bar.start(total, done, estimate(done, total, now() - started));
      }
      bar.setTotal(total);
      bar.update(done, estimate(done, total, now() - started));
    },
  };
}

/**
 * The rate and the time left, as a bar shows them.
 * @param elapsed milliseconds since the step began
 */
export function estimate(done: number, total: number, elapsed: number): { rate: string; left: string } {
  if (done === 0 || elapsed <= 0) return { rate: '-', left: '-' };
  const perSecond = (done * 1000) / elapsed;
  const rate = perSecond < 10 ? perSecond.toFixed(1) : withCommas(Math.round(perSecond));
  const seconds = Math.ceil((total - done) / perSecond);
  return { rate, left: seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s` };
}
