import { harmlessLine } from '@fixture-registry/client';

/**
 * Escapes plain text for use in markdown: one line without links, HTML or block syntax. Code spans stay
 * code spans. Pure.
 */
export function escapeMarkdown(text: string): string {
  // A zero-width space disarms these characters; a backslash would show inside a code span.
  // Bare URLs stay clickable: they lead where they say.
  return harmlessLine(text.replace(/\s*[\r\n]\s*/g, ' '))
    .replace(/[<[\]!|@]/g, '$&\u200b')
    .replace(/^(?=[\W\d])/, '\u200b');
}

/** A name as a code span in markdown, whatever characters it contains. Pure. */
export function inlineCode(name: string): string {
  const text = harmlessLine(name);
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `\`${text}\`` : `${fence} ${text} ${fence}`;
}
