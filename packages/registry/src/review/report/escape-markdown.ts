/**
 * Escapes untrusted text for GitHub's markdown: nothing in it renders, links, mentions or leaves
 * its place. In the words of a report, only names and values between backticks are untrusted; they
 * contain no backticks.
 */

// Control characters, characters that hide text or change its direction, and unpaired surrogates.
// Zero-width joiners are allowed, because scripts and emoji need them.
const INVISIBLE = /(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Replaces invisible characters with `�`, except for line ends and tabs. */
export function visible(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(INVISIBLE, '\uFFFD');
}

/**
 * Formats one line as inline code. Replaces `|` by a look-alike, because it ends a table cell and
 * cannot be escaped after a backslash.
 */
export function codeSpan(text: string): string {
  const line = visible(text).replaceAll(/\s+/g, ' ').replaceAll('`', "'").replaceAll('|', '\u2223').trim();
  return line === '' ? '(empty)' : `\`${line}\``;
}

/** Escapes markdown, HTML, mentions, references and URLs in plain text. */
export function escapeText(text: string): string {
  return (
    visible(text)
      .replaceAll(/\s+/g, ' ')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll(/[\\`*_{}[\]|~$]/g, '\\$&')
      // A zero-width space after these, because entities and backslashes do not prevent GitHub from
      // linking.
      .replaceAll(/[@#]|:(?=\/\/)|www(?=\.)|(?<=[0-9a-f]{3})(?=[0-9a-f]{4})/gi, '$&\u200B')
  );
}

/**
 * Converts the words of a report to markdown: values between backticks as code, the rest as text.
 */
export function wordsToMarkdown(words: string): string {
  const parts = words.split('`');
  // With an odd number of backticks, a value may be unquoted: treat everything as text.
  if (parts.length % 2 === 0) return escapeText(words);
  return parts
    .map((part, index) => (part === '' ? '' : index % 2 === 1 ? codeSpan(part) : escapeText(part)))
    .join('');
}

/** A fenced block that none of its lines can close. */
export function fenced(language: string, lines: string[]): string {
  const longest = lines.reduce(
    (most, line) => Math.max(most, ...(line.match(/`+/g) ?? []).map((run) => run.length)),
    2,
  );
  const fence = '`'.repeat(longest + 1);
  const content = lines.map((line) => visible(line).replaceAll('\n', ' '));
  return [`${fence}${language}`, ...content, fence].join('\n');
}

/** Escapes the target of a link; `#` when it is not an HTTP URL. */
export function linkTarget(url: string): string {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) return '#';
  return new URL(url).href.replaceAll(
    /[()<>|`\\\s[\]{}*_~^"']/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
