import { colourMessage } from './colour.js';
import { safeLine } from './output.js';
import type { ProgressDisplay } from './progress.js';
import { wantsColour } from './terminal.js';

/** Messages for people. They go to stderr, so that stdout contains only the result. */
export interface Console extends ProgressDisplay {
  log(line: string): void;
}

const NO_PROGRESS: ProgressDisplay = { onProgress: () => undefined, clear: () => undefined };

/** Opens the console. @param display shows progress, and is cleared before each message */
export function openConsole(
  display: ProgressDisplay = NO_PROGRESS,
  stream: NodeJS.WriteStream = process.stderr,
  environment: Record<string, string | undefined> = process.env,
): Console {
  const colour = wantsColour(stream, environment);
  return {
    ...display,
    log: (line) => {
      display.clear();
      const safe = safeLine(line);
      stream.write(`${colour ? colourMessage(safe) : safe}\n`);
    },
  };
}
