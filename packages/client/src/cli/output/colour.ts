import { styleText } from 'node:util';

/** Whether a terminal is there to show colours, and nobody asked for none (https://no-color.org). */
export function wantsColour(
  stream: { isTTY?: boolean },
  environment: Record<string, string | undefined>,
): boolean {
  return stream.isTTY === true && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb';
}

/**
 * A report with colours: what is gone red, what is new green, the headline and the titles bold. The registry's text tells them
 * apart by its indents: titles begin a line, and the lines of a text difference are the deepest.
 */
export function colourReport(report: string): string {
  return report
    .split('\n')
    .map((line) => {
      // Without a check of the stream: who calls has made it.
      const style = (format: 'bold' | 'red' | 'green') => styleText(format, line, { validateStream: false });
      if (/^ {6,}- /.test(line)) return style('red');
      if (/^ {6,}\+ /.test(line)) return style('green');
      return line === '' || line.startsWith(' ') ? line : style('bold');
    })
    .join('\n');
}
