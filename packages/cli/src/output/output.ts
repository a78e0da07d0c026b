import { harmlessJson, harmlessLine } from '@fixture-registry/client/core';
import { colourMessage } from './colour.js';
import { wantsColour } from './terminal.js';

/*
 * All output of the command goes through this file. It escapes untrusted text (from a registry, a
 * recording, a file name or git), so that no terminal or workflow executes it, and masks the token.
 */

// Shorter texts are not tokens, and masking them would garble other words.
const MIN_SECRET_LENGTH = 8;
const secrets = new Set<string>();

/** Masks this text in all later output, even if a registry sends it back. */
export function hideSecret(secret: string | null): void {
  if (secret === null || secret.length < MIN_SECRET_LENGTH) return;
  secrets.add(secret);
  secrets.add(JSON.stringify(secret).slice(1, -1));
}

/** A line that is safe to print. */
export function safeLine(line: string): string {
  return withoutSecrets(harmlessLine(line));
}

/** Writes lines for people to stdout. @param style adds colours after escaping */
export function writeLines(lines: string[], style: (text: string) => string = (text) => text): void {
  process.stdout.write(`${style(lines.map(safeLine).join('\n'))}\n`);
}

/** Writes a value to stdout as one line of JSON. */
export function writeJson(value: unknown): void {
  process.stdout.write(`${withoutSecrets(harmlessJson(value))}\n`);
}

/**
 * Writes an error to stderr. Lines after the first are indented, so that untrusted text cannot
 * imitate our messages.
 */
export function writeError(message: string): void {
  const lines = message.split('\n').map((line, index) => safeLine(index === 0 ? line : `  ${line}`));
  const text = lines.join('\n');
  process.stderr.write(`${wantsColour(process.stderr, process.env) ? colourMessage(text) : text}\n`);
}

function withoutSecrets(text: string): string {
  let clean = text;
  for (const secret of secrets) clean = clean.replaceAll(secret, '***');
  return clean;
}
