const PLAIN_KEY = /^[A-Za-z_][A-Za-z0-9_-]*$/;
const MAXIMUM_LENGTH = 200;

/** A JSONPath such as `$.request.body.messages[0].content`; shortened to about 200 characters. */
export function jsonPath(steps: readonly (string | number)[]): string {
  let path = '$';
  for (const step of steps) {
    if (typeof step === 'number') path += `[${step}]`;
    else if (PLAIN_KEY.test(step)) path += `.${step}`;
    else path += `[${JSON.stringify(step)}]`;
    if (path.length > MAXIMUM_LENGTH) return `${path.slice(0, MAXIMUM_LENGTH)}…`;
  }
  return path;
}
