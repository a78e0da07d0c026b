/**
 * The start of YAML that holds a mapping or a list: a document mark, a directive, a dash, a key, or a
 * mapping in braces whose first key JSON does not allow.
 */
const START =
  /(?:---(?=\s|$)|%(?:YAML|TAG) |-(?=\s|$)|\{ *[A-Za-z_]\w*:\s|(?:[\w.-]+|"[^"\n]*"|'[^'\n]*') *:(?=\s|$))/y;

/**
 * Whether text begins like YAML that holds a mapping or a list. Plain text is valid YAML, too, so the parser
 * cannot decide; text that begins like JSON is JSON. Linear in the length of the text.
 */
export function looksLikeYaml(text: string): boolean {
  START.lastIndex = firstContent(text);
  return START.test(text);
}

/** Skips blank lines and comments. */
function firstContent(text: string): number {
  let at = 0;
  for (;;) {
    while (isSpace(text.charCodeAt(at))) at += 1;
    if (text[at] !== '#') return at;
    const end = text.indexOf('\n', at);
    if (end < 0) return text.length;
    at = end;
  }
}

function isSpace(unit: number): boolean {
  return unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09;
}
