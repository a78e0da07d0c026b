const MAXIMUM_SHOWN_PER_END = 4;

/**
 * Masks a secret for display: up to 4 characters of each end, together at most a third of it. Its
 * owner can recognise it, nobody else can use it.
 */
export function masked(secret: string): string {
  const characters = Array.from(secret.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?').toWellFormed());
  const shown = Math.min(MAXIMUM_SHOWN_PER_END, Math.floor(characters.length / 6));
  const head = characters.slice(0, shown).join('');
  const tail = shown === 0 ? '' : characters.slice(-shown).join('');
  return `${head}…${tail}`;
}
