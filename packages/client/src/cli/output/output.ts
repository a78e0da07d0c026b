import { harmlessJson, harmlessLine } from './harmless-line.js';

/*
 * The one way out of the command: whatever a registry, a recording, a file name or git says passes here before it is shown, so that
 * nothing of it is obeyed by a terminal or a workflow, and so that no token is in it.
 */

// Shorter ones are no tokens, and taking them out would garble other words.
const SHORTEST_SECRET = 8;
const secrets = new Set<string>();

/** From now on this text is never shown, not even when a registry sends it back. */
export function hideSecret(secret: string | null): void {
  if (secret === null || secret.length < SHORTEST_SECRET) return;
  secrets.add(secret);
  secrets.add(JSON.stringify(secret).slice(1, -1));
}

/** A line as it may be shown. */
export function shownLine(line: string): string {
  return withoutSecrets(harmlessLine(line));
}

/** Writes results for a person to stdout. @param style colours the text, once it is harmless */
export function writeLines(lines: string[], style: (text: string) => string = (text) => text): void {
  process.stdout.write(`${style(lines.map(shownLine).join('\n'))}\n`);
}

/** Writes a result for a program to stdout: one line of JSON. */
export function writeJson(value: unknown): void {
  process.stdout.write(`${withoutSecrets(harmlessJson(value))}\n`);
}

/** Tells a failure on stderr. What follows in its further lines is set in, so that it cannot pass for lines of ours. */
export function complain(message: string): void {
  const lines = message.split('\n').map((line, index) => shownLine(index === 0 ? line : `  ${line}`));
  process.stderr.write(`${lines.join('\n')}\n`);
}

function withoutSecrets(text: string): string {
  let clean = text;
  for (const secret of secrets) clean = clean.replaceAll(secret, '***');
  return clean;
}
