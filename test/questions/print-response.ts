/** The maximum length of a line, unless a text alone is longer. */
const WIDTH = 130;

/**
 * Prints JSON for a reader: an object or a list that fits into a line is in one line.
 * @param indent of the line that the value begins in
 * @param before the length of what precedes the value in its line, the indent included
 */
export function printResponse(value: unknown, indent = '', before = WIDTH): string {
  const line = inOneLine(value);
  // A comma may follow.
  if (typeof value !== 'object' || value === null || before + line.length < WIDTH) return line;
  const deeper = `${indent}  `;
  const members = Object.entries(value).map(([name, member]) => {
    const label = Array.isArray(value) ? '' : `${JSON.stringify(name)}: `;
    return `${deeper}${label}${printResponse(member, deeper, deeper.length + label.length)}`;
  });
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\n${members.join(',\n')}\n${indent}${close}`;
}

function inOneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inOneLine).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([name, member]) => `${JSON.stringify(name)}: ${inOneLine(member)}`,
  );
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}
