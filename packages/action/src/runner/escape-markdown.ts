import { harmlessLine } from '@fixture-registry/client';

/** One line for markdown that was not written as markdown: no links, no HTML, no blocks. What stands in backticks stays so. Pure. */
export function escapeMarkdown(text: string): string {
  // A character without width after those that begin something; a backslash would be seen in a code span. An address that stands
  // there as it is may be clicked upon: it leads where it says.
  return harmlessLine(text.replace(/\s*[\r\n]\s*/g, ' '))
    .replace(/[<[\]!|@]/g, '$&\u200b')
    .replace(/^(?=[\W\d])/, '\u200b');
}

/** A name as code in markdown, whatever is in it. Pure. */
export function inlineCode(name: string): string {
  const shown = harmlessLine(name);
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `\`${shown}\`` : `${fence} ${shown} ${fence}`;
}
