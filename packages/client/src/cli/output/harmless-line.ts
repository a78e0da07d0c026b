/*
 * What a registry, a recording, a file name or GitHub says ends in logs, and a log is read by programs too: a terminal obeys escape
 * sequences, and GitHub's runner takes lines for commands (actions/runner, ActionCommand.cs): `::name …::` at the start of a line after
 * any blanks, `##[name …]` anywhere in one. The runner compares by culture, so that characters without width do not count for it.
 */

// Control characters, the ends of lines that some programs know beside \n, and what turns the direction of writing.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
const UNSEEN = '[\\p{Cf}\\p{Default_Ignorable_Code_Point}]*';
const COMMAND = new RegExp(`^([\\s\\p{Cf}\\p{Default_Ignorable_Code_Point}]*)(?=:${UNSEEN}:)`, 'u');
// The older form, and those of other systems: `##vso[…]`, `##teamcity[…]`.
const OLD_COMMAND = new RegExp(`#${UNSEEN}#(?=${UNSEEN}(?:\\w${UNSEEN})*\\[)`, 'gu');

/**
 * The text as one line that no terminal and no workflow obeys: control characters are shown (a line feed as `␊`), and what would be a
 * command has a backslash in it. Everything else stays as it is. Every line that holds foreign words goes through here on its way out.
 */
export function harmlessLine(text: string): string {
  return text.replace(CONTROL, shown).replace(COMMAND, '$1\\').replace(OLD_COMMAND, '##\\');
}

/** A text of several lines, each harmless. */
export function harmlessText(text: string): string {
  return text.split('\n').map(harmlessLine).join('\n');
}

/** A control character as something to see: Unicode has pictures of the common ones. */
function shown(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u2421' : `\\u${code.toString(16).padStart(4, '0')}`;
}

/** A value as JSON of one line, exact for whoever parses it, and harmless for whoever shows it. */
export function harmlessJson(value: unknown): string {
  return JSON.stringify(value)
    .replace(CONTROL, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replace(OLD_COMMAND, (start) => `${start.slice(0, -1)}\\u0023`);
}
