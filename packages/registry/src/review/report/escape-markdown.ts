/**
 * Makes text of recordings safe in markdown as GitHub shows it: nothing renders, links, mentions or breaks out of its place.
 * The words of a report hold names and values between backticks, free of backticks themselves; all else is ours.
 */

// Control characters, those that turn the direction of what follows or hide it, and halves of pairs. The joiners stay:
// scripts and emoji are written with them.
const INVISIBLE = /(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Text without characters that a reader cannot see; each becomes `�`. Line ends and tabs stay. */
export function visible(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(INVISIBLE, '\uFFFD');
}

/**
 * One line of text as inline code. Its bars become look-alikes, because a bar ends a table's cell, and escaping one
 * fails after a backslash.
 */
export function codeSpan(text: string): string {
  const line = visible(text).replaceAll(/\s+/g, ' ').replaceAll('`', "'").replaceAll('|', '\u2223').trim();
  return line === '' ? '(empty)' : `\`${line}\``;
}

/** Plain text in which no markdown, HTML, mention, reference or address has a meaning. */
export function escapeText(text: string): string {
  return (
    visible(text)
      .replaceAll(/\s+/g, ' ')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll(/[\\`*_{}[\]|~$]/g, '\\$&')
      // A space of no width behind these, because entities and backslashes do not stop GitHub from linking.
      .replaceAll(/[@#]|:(?=\/\/)|www(?=\.)|(?<=[0-9a-f]{3})(?=[0-9a-f]{4})/gi, '$&\u200B')
  );
}

/** One line of text as code inside an HTML element, where markdown does not work. */
export function htmlCode(text: string): string {
  return `<code>${escapeHtml(text).replaceAll(/\s+/g, ' ')}</code>`;
}

function escapeHtml(text: string): string {
  return visible(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** The words of a report as markdown: what stands between backticks as code, the rest as text. */
export function wordsToMarkdown(words: string): string {
  return split(words, codeSpan, escapeText);
}

/** The words of a report inside an HTML element, where markdown does not work. */
export function wordsToHtml(words: string): string {
  return split(words, htmlCode, (text) =>
    escapeHtml(text).replaceAll(/\s+/g, ' ').replaceAll('@', '@\u200B'),
  );
}

/** Lines in a fence that no line of theirs can close. */
export function fenced(language: string, lines: string[]): string {
  const longest = lines.reduce(
    (most, line) => Math.max(most, ...(line.match(/`+/g) ?? []).map((run) => run.length)),
    2,
  );
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${lines.map((line) => visible(line).replaceAll('\n', ' ')).join('\n')}\n${fence}`;
}

/** A link's target: only http addresses, and nothing that ends the link. */
export function linkTarget(url: string): string {
  return /^https?:\/\//.test(url)
    ? encodeURI(decodeSafely(url)).replaceAll('(', '%28').replaceAll(')', '%29')
    : '#';
}

function decodeSafely(url: string): string {
  try {
    return decodeURI(url);
  } catch {
    return '';
  }
}

function split(words: string, code: (text: string) => string, text: (text: string) => string): string {
  const parts = words.split('`');
  // An odd number of backticks would mean that a value slipped in unquoted: then nothing is code.
  if (parts.length % 2 === 0) return text(words);
  return parts.map((part, index) => (part === '' ? '' : index % 2 === 1 ? code(part) : text(part))).join('');
}
