const MOST_AT_EACH_END = 4;

/**
 * A secret as it may be shown: up to 4 characters of each end, together never more than a third of it, so that whoever knows
 * it recognises it and nobody else can use it.
 */
export function masked(secret: string): string {
  const characters = Array.from(secret.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?').toWellFormed());
  const shown = Math.min(MOST_AT_EACH_END, Math.floor(characters.length / 6));
  const head = characters.slice(0, shown).join('');
  const tail = shown === 0 ? '' : characters.slice(-shown).join('');
  return `${head}…${tail}`;
}
