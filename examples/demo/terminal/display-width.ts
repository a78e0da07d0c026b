const WIDE = /\p{Extended_Pictographic}|[\u1100-\u115f\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]/u;
const EMPTY = /[\p{Mn}\p{Me}\p{Cf}]/u;

/** The number of columns that a text without escape sequences takes in a terminal. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += EMPTY.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}
