/** Reads what the runner reads of a step: its files, and the commands in its output. Pure. */

export interface Annotation {
  level: 'error' | 'warning' | 'notice' | 'debug';
  message: string;
  properties: Record<string, string>;
}

/**
 * Reads `name=value` and `name<<delimiter … delimiter`, the format of GITHUB_OUTPUT, GITHUB_STATE and
 * GITHUB_ENV.
 */
export function parseVariables(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  const lines = text.split('\n');
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    const heredoc = /^([^=]+?)<<(.+)$/.exec(line);
    if (heredoc) {
      const [, name = '', delimiter = ''] = heredoc;
      const end = lines.indexOf(delimiter);
      if (end < 0) throw new Error(`The runner would refuse this: no end of ${name} (${delimiter})`);
      values[name] = lines
        .splice(0, end + 1)
        .slice(0, -1)
        .join('\n');
    } else if (line.includes('=')) {
      values[line.slice(0, line.indexOf('='))] = line.slice(line.indexOf('=') + 1);
    } else if (line.trim() !== '') {
      throw new Error(`The runner would refuse this line: ${line}`);
    }
  }
  return values;
}

export function parseAnnotations(stdout: string): Annotation[] {
  return [...stdout.matchAll(/^::(error|warning|notice|debug)(?: ([^\n]*?))?::(.*)$/gm)].map((match) => ({
    level: match[1] as Annotation['level'],
    properties: parseProperties(match[2] ?? ''),
    message: unescaped(match[3] ?? ''),
  }));
}

/** The texts that the step masked. */
export function parseMasks(stdout: string): string[] {
  return [...stdout.matchAll(/^::add-mask::(.*)$/gm)].map((match) => unescaped(match[1] ?? ''));
}

function parseProperties(text: string): Record<string, string> {
  const pairs = text.split(',').filter((pair) => pair.includes('='));
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [name, unescaped(value.join('=')).replaceAll('%3A', ':').replaceAll('%2C', ',')];
    }),
  );
}

function unescaped(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}
