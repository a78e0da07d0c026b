/** What the caller of a push says of its pull request. Untrusted, for display only. */
export interface PullRequestDescription {
  title: string | null;
  author: string | null;
}

/** The maximum lengths of stored texts, in characters. */
const TITLE = 256;
const AUTHOR = 64;

/** The title and author of a push, as they are stored. */
export function describePullRequest(sent: {
  title?: string | null | undefined;
  author?: string | null | undefined;
}): PullRequestDescription {
  return { title: displayText(sent.title, TITLE), author: displayText(sent.author, AUTHOR) };
}

/** One line without control characters, of at most `length` characters; null when nothing remains. */
function displayText(text: string | null | undefined, length: number): string | null {
  if (text == null) return null;
  // Each character has up to two UTF-16 units, so the rest of a long text is never looked at.
  const line = text
    .slice(0, length * 4)
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .toWellFormed()
    .trim();
  const shown = Array.from(line).slice(0, length).join('').trimEnd();
  return shown === '' ? null : shown;
}
