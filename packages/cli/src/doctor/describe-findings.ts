import { styleText } from 'node:util';
import { counted } from '../output/describe.js';
import type { Finding } from './finding.js';

/** The findings as lines for people, with what to do below each. */
export function describeFindings(findings: readonly Finding[]): string[] {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.flatMap(({ status, check, text, fix }) => {
    const line = `${status.padEnd(4)}  ${check.padEnd(width)}  ${text}`;
    return fix === null ? [line] : [line, `${' '.repeat(width + 8)}→ ${fix}`];
  });
  return [...lines, '', summary(findings)];
}

/** Colours the first word of each line. */
export function colourFindings(text: string): string {
  const colours = { ok: 'green', warn: 'yellow', fail: 'red' } as const;
  return text.replaceAll(/^(?:ok|warn|fail)(?= )/gm, (word) =>
    styleText(colours[word as keyof typeof colours], word, { validateStream: false }),
  );
}

function summary(findings: readonly Finding[]): string {
  const failures = findings.filter(({ status }) => status === 'fail').length;
  const warnings = findings.filter(({ status }) => status === 'warn').length;
  if (failures + warnings === 0) return 'No problems found.';
  return `${counted(failures, 'failure')}, ${counted(warnings, 'warning')}`;
}
