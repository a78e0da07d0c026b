import { styleText } from 'node:util';
import { displayWidth } from './display-width.js';

export type Format = 'bold' | 'dim' | 'italic' | 'underline' | 'cyan' | 'red' | 'green';

/** A piece of a line, with one style. */
export interface Span {
  text: string;
  formats: readonly Format[];
  /** The target of a link; null for other text. */
  link: string | null;
}

/** How to write for a terminal. */
export interface Look {
  /** Columns of the terminal. */
  width: number;
  colour: boolean;
  /** Whether the terminal opens links, so that they get their addresses. */
  links: boolean;
}

export type Line = readonly Span[];

/** The columns of a line. */
export function lineWidth(line: Line): number {
  return line.reduce((sum, { text }) => sum + displayWidth(text), 0);
}

/** Breaks spans into lines of at most `width` columns: between words, and a longer word anywhere. */
export function wrapSpans(spans: readonly Span[], width: number): Line[] {
  const lines: Span[][] = [[]];
  let used = 0;
  const breakLine = () => {
    lines.push([]);
    used = 0;
  };
  const add = (span: Span) => {
    (lines.at(-1) as Span[]).push(span);
    used += displayWidth(span.text);
  };
  for (const span of spans) {
    for (const word of span.text.split(/(\n| +)/)) {
      if (word === '') continue;
      if (word === '\n') breakLine();
      else if (word.trim() === '') {
        if (used > 0 && used + word.length <= width) add({ ...span, text: word });
      } else {
        if (used > 0 && used + displayWidth(word) > width) breakLine();
        for (const piece of piecesOf(word, width)) {
          if (used + displayWidth(piece) > width && used > 0) breakLine();
          add({ ...span, text: piece });
        }
      }
    }
  }
  return lines;
}

/** A line with the escape sequences of its styles. */
export function paintLine(line: Line, { colour, links }: Look): string {
  const text = line.map((span) => {
    const formats = [...span.formats];
    const styled =
      colour && formats.length > 0 ? styleText(formats, span.text, { validateStream: false }) : span.text;
    return links && span.link !== null ? `\u001b]8;;${span.link}\u001b\\${styled}\u001b]8;;\u001b\\` : styled;
  });
  return text.join('').trimEnd();
}

function piecesOf(word: string, width: number): string[] {
  const pieces = [''];
  for (const character of word) {
    if (displayWidth(`${pieces.at(-1)}${character}`) > width) pieces.push('');
    pieces[pieces.length - 1] += character;
  }
  return pieces;
}
