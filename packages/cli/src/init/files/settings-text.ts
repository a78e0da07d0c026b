import { DEFAULT_PATHS } from '@fixture-registry/protocol';
import type { FoundPattern } from '../layout/detect-layout.js';

/** The text of a new settings file that says where the recordings are. */
export function settingsText(patterns: readonly FoundPattern[]): string {
  if (patterns.length > 0) {
    return `# Where the recordings of this repository are. Fixture Registry keeps them.\n${listOf(patterns)}`;
  }
  const defaults = DEFAULT_PATHS.map((pattern) => `#   ${pattern}\n`).join('');
  return (
    `# Settings of Fixture Registry. Without a list, the recordings are at these paths:\n${defaults}` +
    '# For others:\n# recordings:\n#   - paths: tests/**/tapes/*.yaml\n'
  );
}

/** The text of an existing settings file without the key `recordings`, with that list at its end. */
export function withRecordings(text: string, patterns: readonly FoundPattern[]): string {
  const separator = text === '' || text.endsWith('\n') ? '' : '\n';
  return `${text}${separator}${listOf(patterns)}`;
}

function listOf(patterns: readonly FoundPattern[]): string {
  const lines = patterns.map(({ pattern, formats }) => {
    const [format] = formats;
    const comment = format === undefined || format === 'gzip' ? '' : ` # ${format}`;
    return `  - paths: ${JSON.stringify(pattern)}${comment}\n`;
  });
  return `recordings:\n${lines.join('')}`;
}
