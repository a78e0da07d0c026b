import type { Look } from './styled-text.js';

/** Columns where the output is not a terminal, and at most: longer lines are hard to read. */
const COLUMNS = { elsewhere: 100, most: 120 };

/** How to write to this stream. @param links whether the addresses of links stay alive */
export function lookOf(stream: NodeJS.WriteStream, links: boolean): Look {
  const isTerminal = stream.isTTY === true;
  const colour = isTerminal && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';
  const width = isTerminal ? Math.min(stream.columns, COLUMNS.most) : COLUMNS.elsewhere;
  return { width, colour, links: links && colour };
}
