import type { TextChange } from '../differences/drift.js';

// Wider lines scroll sideways on a phone.
const WIDTH = 100;

/**
 * A text difference as lines that begin with `- ` (before), `+ ` (after) or two spaces (both), as in a patch. Words
 * that surround a change stand in both of its lines, so that each reads as a sentence.
 *
 * @param most lines; what is left out is counted in a last line.
 */
export function renderTextChange(change: TextChange, most: number): string[] {
  const lines: string[] = [];
  let [before, after, changed] = ['', '', false];
  const flush = () => {
    if (changed) lines.push(...wrap(before, '- '), ...wrap(after, '+ '));
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
    // A line that both texts share ends the pair of lines: what follows is told on its own.
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
