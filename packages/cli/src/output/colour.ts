import { styleText } from 'node:util';

type Format = 'bold' | 'dim' | 'red' | 'green' | 'yellow';

/*
 * Lines are recognised after they were escaped, so that untrusted text cannot contain a sequence of
 * ours. Callers check the stream with `wantsColour`.
 */

/**
 * Adds colours to a report: removed text is red, added text green, the headline and the titles are
 * bold. They are recognised by indentation: titles have none, and the lines of a text difference
 * have the most.
 */
export function colourReport(report: string): string {
  return eachLine(report, (line) => {
    if (/^ {6,}- /.test(line)) return 'red';
    if (/^ {6,}\+ /.test(line)) return 'green';
    return line === '' || line.startsWith(' ') ? null : 'bold';
  });
}

/** Adds colours to the result of a command: titles of lists, warnings, removals and folds. */
export function colourResult(result: string): string {
  return eachLine(result, (line, index) => {
    if (/^warning: /.test(line)) return 'yellow';
    if (/^ *… /.test(line)) return 'dim';
    if (/^removed /.test(line)) return 'red';
    return index === 0 || /^\S.*:$/.test(line) ? 'bold' : null;
  });
}

/** Adds colours to a message on stderr: a failure of the command is red, a warning yellow. */
export function colourMessage(message: string): string {
  return eachLine(message, (line) => {
    if (/^(?:fixtures|error): /.test(line)) return 'red';
    return /^(?:warning|note): /.test(line) ? 'yellow' : null;
  });
}

function eachLine(text: string, formatOf: (line: string, index: number) => Format | null): string {
  return text
    .split('\n')
    .map((line, index) => {
      const format = formatOf(line, index);
      return format === null ? line : styleText(format, line, { validateStream: false });
    })
    .join('\n');
}
