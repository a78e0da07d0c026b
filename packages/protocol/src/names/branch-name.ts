/**
 * A branch name for display. Invisible characters and those that resemble others are replaced by their
 * code points: `m[U+0430]in` is not `main`. A part in a single script that does not resemble ASCII is
 * unchanged. Pure.
 */
export function describeBranchName(name: string): string {
  return name
    .split(/([/._-]+)/)
    .map((part) => (isPlain(part) ? part : withCodePoints(part)))
    .join('');
}

const ASCII = /^[\x20-\x7e]*$/;

/** Latin letters with visible diacritics, and scripts whose letters do not resemble ASCII. */
const PLAIN = [
  /^[\x20-\x7eÀ-ÖØ-öø-ÿ]*$/u,
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}0-9]*$/u,
  /^[\p{Script=Hangul}0-9]*$/u,
  /^[\p{Script=Devanagari}0-9]*$/u,
  /^[\p{Script=Thai}0-9]*$/u,
];

/** Cyrillic is plain only with a letter that does not resemble ASCII: Cyrillic `сор` looks like `cop`. */
const CYRILLIC = /^(?=.*[бгджзийлпфцчшщъыьэюяБГДЖЗИЙЛПФЦЧШЩЪЫЬЭЮЯ])[а-яёА-ЯЁ0-9]*$/u;

function isPlain(part: string): boolean {
  return ASCII.test(part) || CYRILLIC.test(part) || PLAIN.some((script) => script.test(part));
}

function withCodePoints(part: string): string {
  return part.replace(/[^\x20-\x7e]+/gu, (characters) => {
    const points = Array.from(characters, (character) => {
      const hex = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
      return `U+${hex.padStart(4, '0')}`;
    });
    return `[${points.join(' ')}]`;
  });
}
