/*
 * Text of a registry, a recording, a file name or GitHub is untrusted, and logs are read by
 * programs: a terminal executes escape sequences, and GitHub's runner executes lines that look like
 * commands (actions/runner, ActionCommand.cs): `::name …::` at the start of a line after any white
 * space, `##[name …]` anywhere in it. The runner ignores characters without width when it compares.
 */

// Control characters, line separators other than \n, and characters that change the writing
// direction.
// biome-ignore lint/suspicious/noControlCharactersInRegex: it matches control characters on purpose
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
const INVISIBLE = '[\\p{Cf}\\p{Default_Ignorable_Code_Point}]*';
const COMMAND = new RegExp(`^([\\s\\p{Cf}\\p{Default_Ignorable_Code_Point}]*)(?=:${INVISIBLE}:)`, 'u');
// The older form, and that of other CI systems: `##vso[…]`, `##teamcity[…]`.
const OLD_COMMAND = new RegExp(`#${INVISIBLE}#(?=${INVISIBLE}(?:\\w${INVISIBLE})*\\[)`, 'gu');

/**
 * Escapes a text so that it is one line that no terminal and no workflow executes: control
 * characters become visible (a line feed as `␊`), and a command gets a backslash. All other text is
 * unchanged. Use it for every line with untrusted text.
 */
export function harmlessLine(text: string): string {
  return text.replace(CONTROL, visible).replace(COMMAND, '$1\\').replace(OLD_COMMAND, '##\\');
}

/** Escapes each line of a text with `harmlessLine`. */
export function harmlessText(text: string): string {
  return text.split('\n').map(harmlessLine).join('\n');
}

/** A visible form of a control character: Unicode has symbols for the common ones. */
function visible(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u2421' : `\\u${code.toString(16).padStart(4, '0')}`;
}

/**
 * A value as one line of JSON in which commands and control characters are escaped. It parses to
 * the same value.
 */
export function harmlessJson(value: unknown): string {
  return JSON.stringify(value)
    .replace(CONTROL, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replace(OLD_COMMAND, (start) => `${start.slice(0, -1)}\\u0023`);
}
