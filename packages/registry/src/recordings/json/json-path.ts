const PLAIN_KEY = /^[A-Za-z_][A-Za-z0-9_-]*$/;
const LONGEST = 200;

/** A place in a JSON document in words that people know: `$.request.body.messages[0].content`. */
export function jsonPath(steps: readonly (string | number)[]): string {
  let path = '$';
  for (const step of steps) {
    if (typeof step === 'number') path += `[${step}]`;
    else if (PLAIN_KEY.test(step)) path += `.${step}`;
    else path += `[${JSON.stringify(step)}]`;
    if (path.length > LONGEST) return `${path.slice(0, LONGEST)}…`;
  }
  return path;
}
