// How English answers refuse. Only the beginning counts: an answer may mention later what it cannot do.
const REFUSALS = [
  /^(?:i['’]?m|i am) (?:very |really |so )?sorry,? (?:but )?(?:i|we)\b.{0,60}\b(?:can(?:no|['’])t|unable|not able|won['’]t|don['’]t|do not)\b/i,
  /^(?:sorry|i apologi[sz]e|apologies|unfortunately|regrettably)\b.{0,60}\bi(?:['’]m| am)? (?:can(?:no|['’])t|unable|not able|won['’]t|do not have|don['’]t have|could ?n[o'’]t)\b/i,
  /^i(?:['’]m| am) (?:unable|not able) to\b/i,
  /^i (?:can(?:no|['’])t|won['’]t|will not) (?:help|assist|provide|fulfil|comply|answer|create|generate|write|do|discuss|access|support|engage|share)/i,
  /^as an ai\b.{0,80}\bi (?:can(?:no|['’])t|am unable|am not able)/i,
];

/** Whether a text begins as a refusal: "I'm sorry, but I can't help with that." */
export function isRefusal(text: string): boolean {
  const beginning = text
    .slice(0, 400)
    .replaceAll(/[*_#>"“]+/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return REFUSALS.some((refusal) => refusal.test(beginning));
}
