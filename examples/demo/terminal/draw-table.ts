import { type Line, lineWidth, type Span, wrapSpans } from './styled-text.js';

/** The cells of a table, row by row; the first row is its head. */
export type Table = readonly (readonly (readonly Span[])[])[];

const plain = (text: string): Span => ({ text, formats: [], link: null });
const faint = (text: string): Span => ({ text, formats: ['dim'], link: null });

/** Draws a table with lines around its cells, whose text is wrapped so that it fits. @param width in columns */
export function drawTable(table: Table, width: number): Line[] {
  const columns = Math.max(...table.map((row) => row.length));
  const widths = columnWidths(table, columns, width - 3 * columns - 1);
  const rule = (left: string, middle: string, right: string): Line => [
    faint(`${left}${widths.map((each) => '─'.repeat(each + 2)).join(middle)}${right}`),
  ];
  const rows = table.map((row) => drawRow(row, widths));
  return [
    rule('┌', '┬', '┐'),
    ...rows.flatMap((lines, index) => (index === 0 ? lines : [rule('├', '┼', '┤'), ...lines])),
    rule('└', '┴', '┘'),
  ];
}

function drawRow(row: Table[number], widths: number[]): Line[] {
  const cells = widths.map((width, column) => wrapSpans(row[column] ?? [], width));
  const height = Math.max(...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, at) => {
    const spans = cells.flatMap((lines, column) => {
      const line = lines[at] ?? [];
      const gap = (widths[column] ?? 0) - lineWidth(line);
      return [faint('│'), plain(' '), ...line, plain(' '.repeat(gap + 1))];
    });
    return [...spans, faint('│')];
  });
}

/** Each column as wide as its text; the widest ones become narrower when they do not fit together. */
function columnWidths(table: Table, columns: number, available: number): number[] {
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(1, ...table.map((row) => widestLine(row[column] ?? []))),
  );
  const total = () => widths.reduce((sum, width) => sum + width, 0);
  while (total() > available) {
    const widest = Math.max(...widths);
    if (widest <= 1) break;
    widths[widths.indexOf(widest)] = Math.max(1, widest - (total() - available));
  }
  return widths;
}

function widestLine(spans: readonly Span[]): number {
  return Math.max(0, ...wrapSpans(spans, Number.POSITIVE_INFINITY).map(lineWidth));
}
