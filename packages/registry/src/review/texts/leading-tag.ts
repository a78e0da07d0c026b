/** A tag with which a text begins, such as `<reasoning>` or `<think>`, and the text after its block. */
export interface LeadingTag {
  tag: string | null;
  rest: string;
}

/**
 * Reads the tag with which an answer begins: markup of the model that its provider did not remove. The rest is the
 * text behind the closing tag, or behind the tag when it is never closed.
 */
export function readLeadingTag(text: string): LeadingTag {
  const [opening, name] = /^\s*<(\|?[A-Za-z][\w-]{0,40}\|?)>/.exec(text) ?? [];
  if (opening === undefined || name === undefined) return { tag: null, rest: text };
  const closing = `</${name}>`;
  const end = text.indexOf(closing, opening.length);
  return { tag: `<${name}>`, rest: end < 0 ? text.slice(opening.length) : text.slice(end + closing.length) };
}
