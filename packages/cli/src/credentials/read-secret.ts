import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';

/** Whether a person can be asked on the terminal. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/**
 * Asks for a secret on the terminal, which does not show it.
 * @returns the empty string if the person gave up (Ctrl-C, Ctrl-D)
 */
export async function askForSecret(question: string): Promise<string> {
  // readline echoes to its output.
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  // Only now: the terminal echoes what is typed before readline has switched that off.
  process.stderr.write(question);
  try {
    const gaveUp = new Promise<string>((resolve) => {
      lines.once('SIGINT', () => resolve(''));
      lines.once('close', () => resolve(''));
    });
    return (await Promise.race([lines.question(''), gaveUp])).trim();
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}

/** All that stdin contains, without surrounding white space. */
export async function readStdin(): Promise<string> {
  return (await text(process.stdin)).trim();
}
