import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const COMMAND = fileURLToPath(new URL('../../packages/registry/bin/fixture-registry.js', import.meta.url));

/** A `serve` process that may be refused. */
export interface Start {
  child: ChildProcess;
  /** Its URL, or null if it exited instead. */
  url: Promise<string | null>;
  /** Its stderr so far. */
  errors(): string;
  kill(signal?: NodeJS.Signals): Promise<void>;
}

/**
 * Starts `serve` on a data directory.
 * @param words precede the program, such as those of `unshare`
 */
export function startServe(directory: string, words: string[] = []): Start {
  const command = [...words, process.execPath, COMMAND, 'serve', '--port', '0'];
  const child = spawn(command[0] ?? '', command.slice(1), {
    env: { PATH: process.env['PATH'], FIXTURE_REGISTRY_DATA: directory },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const closed = once(child, 'close');
  const url = new Promise<string | null>((resolve) => {
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const address = /listening on (http:\S+)/.exec(output)?.[1];
      if (address) resolve(address);
    });
    void closed.then(() => resolve(null));
  });
  return {
    child,
    url,
    errors: () => errors,
    kill: async (signal = 'SIGKILL') => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await closed;
    },
  };
}
