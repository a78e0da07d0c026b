import type { OnProgress, Progress } from '../../checkout/progress.js';
import { shownLine } from './output.js';

const DOING: Record<Progress['step'], string> = {
  compare: 'comparing',
  digest: 'reading',
  download: 'downloading',
  upload: 'uploading',
};
const BETWEEN_LINES_ON_TERMINAL = 80;
const BETWEEN_LINES_ELSEWHERE = 5000;

/** Where a person reads along: stderr, so that results on stdout stay clean. */
export interface Console {
  log(line: string): void;
  onProgress: OnProgress;
  /** Clears the progress line, before results are printed. */
  clear(): void;
}

/** On a terminal one line that is written over; elsewhere (CI) a plain line every few seconds, so that logs stay short. */
export function openConsole(
  stream: NodeJS.WriteStream = process.stderr,
  now: () => number = () => performance.now(),
): Console {
  const terminal = stream.isTTY === true;
  const pause = terminal ? BETWEEN_LINES_ON_TERMINAL : BETWEEN_LINES_ELSEWHERE;
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
      stream.write(`${shownLine(line)}\n`);
    },
    onProgress: ({ step, done, total }) => {
      if (now() - last < pause) return;
      last = now();
      const line = `${DOING[step]} ${done} of ${total}`;
      stream.write(terminal ? `\r\u001b[K${line}` : `${line}\n`);
      shown = terminal;
    },
  };
}
