import { styleText } from 'node:util';

/**
 * Whether the stream is a terminal that shows colours, and `NO_COLOR` is not set
 * (https://no-color.org).
 */
export function wantsColour(
  stream: { isTTY?: boolean },
  environment: Record<string, string | undefined>,
): boolean {
  return stream.isTTY === true && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb';
}

/**
 * Adds colours to a report: removed text is red, added text green, the headline and the titles are
 * bold. They are recognised by indentation: titles have none, and the lines of a text difference
 * have the most.
 */
export function colourReport(report: string): string {
  return report
    .split('\n')
    .map((line) => {
      // The caller has checked the stream with `wantsColour`.
      const style = (format: 'bold' | 'red' | 'green') => styleText(format, line, { validateStream: false });
      if (/^ {6,}- /.test(line)) return style('red');
      if (/^ {6,}\+ /.test(line)) return style('green');
      return line === '' || line.startsWith(' ') ? line : style('bold');
    })
    .join('\n');
}
