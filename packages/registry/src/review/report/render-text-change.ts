import type { TextChange } from '../differences/drift.js';
import { looksSame, reveal } from '../differences/look-alikes.js';

// Longer lines need horizontal scrolling on a phone.
const WIDTH = 100;

/**
 * Renders a text difference as lines that start with `- ` (before), `+ ` (after) or two spaces
 * (both), as in a patch. Both lines of a change include the surrounding words, so that each is a
 * readable sentence.
 *
 * @param most maximum number of lines; a last line counts those that are omitted
 */
export function renderTextChange(change: TextChange, most: number): string[] {
  const lines: string[] = [];
  let [before, after, changed] = ['', '', false];
  const flush = () => {
    if (changed) lines.push(...changedLines(before, after));
    else lines.push(...wrap(before, '  '));
    [before, after, changed] = ['', '', false];
  };
  for (const run of change.runs) {
    if (run.kind !== 'new') before += run.kind === 'gone' ? run.text : '';
    if (run.kind === 'new') after += run.text;
    if (run.kind !== 'same') {
      changed = true;
      continue;
    }
    // A common line ends a pair of changed lines.
    if (changed && before.endsWith('\n') && after.endsWith('\n')) flush();
    const pieces = run.text.split('\n');
    for (const [index, piece] of pieces.entries()) {
      const isLast = index === pieces.length - 1;
      const spaced = isLast && run.endedWith !== undefined && !run.endedWith.includes('\n');
      before += spaced ? piece.trimEnd() + run.endedWith : piece;
      after += piece;
      if (!isLast) flush();
    }
  }
  flush();
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most), `  … ${lines.length - most} more lines`];
}

/** Both versions of changed lines. No two of them look the same: equal lines are shown once. */
function changedLines(before: string, after: string): string[] {
  const [a, b] = [before, after].map((text) => text.split('\n').map((line) => line.trimEnd()));
  const rendered = (from: string[], to: string[]) => [
    ...wrap(from.join('\n'), '- '),
    ...wrap(to.join('\n'), '+ '),
  ];
  if (!a || !b || a.length !== b.length) return rendered(a ?? [], b ?? []);
  const lines: string[] = [];
  let [from, to]: [string[], string[]] = [[], []];
  for (const [index, line] of a.entries()) {
    const other = b[index] ?? '';
    if (line === other) {
      lines.push(...rendered(from, to), ...wrap(line, '  '));
      [from, to] = [[], []];
      continue;
    }
    const [old, now] = looksSame(line, other) ? reveal(line, other) : [line, other];
    from.push(old);
    to.push(now);
  }
  return [...lines, ...rendered(from, to)];
}

function wrap(text: string, prefix: string): string[] {
  return text.split('\n').flatMap((line) => {
    if (line === '') return [];
    const pieces: string[] = [];
    let rest = line;
    while (rest.length > WIDTH) {
      const space = rest.lastIndexOf(' ', WIDTH);
      let end = space > WIDTH / 2 ? space + 1 : WIDTH;
      if (/[\uD800-\uDBFF]/.test(rest[end - 1] ?? '')) end++;
      pieces.push(rest.slice(0, end));
      rest = rest.slice(end);
    }
    return [...pieces, rest].flatMap((piece) => (piece.trim() === '' ? [] : [`${prefix}${piece.trimEnd()}`]));
  });
}
