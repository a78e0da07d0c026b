// The whole loop on one machine: a registry, a repository whose recordings are stored there, a pull request,
// the action as GitHub's runner runs it, and the comment that it writes. See `USAGE` for the options.

import { Cleanup } from './cleanup.js';
import { narrate } from './narrator.js';
import { chooseSubject, readOptions, USAGE } from './options.js';
import { play } from './play.js';
import { DemoFailure } from './subjects/subject.js';

const options = readOptions(process.argv.slice(2));
if ('problem' in options) {
  console.error(`${options.problem}\n\n${USAGE}`);
  process.exit(2);
}

const narrator = narrate((text) => process.stdout.write(text));
const cleanup = new Cleanup();
const stopped = new Promise<'stopped'>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve('stopped'));
});

let status = 0;
try {
  const subject = cleanup.keep(chooseSubject(options));
  const played = subject.then((found) =>
    play(found, {
      narrator,
      cleanup,
      stays: options.serve,
      oidc: options.oidc,
      commentFile: options.comment,
    }),
  );
  const ended = await Promise.race([played, stopped]);
  if (ended === 'stopped') {
    // The interrupted steps fail now; that is expected.
    played.catch(() => {});
    status = 130;
  } else if (options.serve) {
    await stopped;
  }
} catch (error) {
  status = 1;
  const reason = error instanceof DemoFailure ? error.message : (error as Error).stack;
  console.error(`\nThe demo failed at ${narrator.current}: ${reason}`);
}
await cleanup[Symbol.asyncDispose]();
process.exit(status);
