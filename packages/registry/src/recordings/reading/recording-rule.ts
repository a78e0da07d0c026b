import { expandBraces, pathPattern } from '@fixture-registry/protocol';
import type { RecordingRule } from '@fixture-registry/protocol/settings';

/** A path as the rules of the settings see it. */
export type FindRule = (path: string) => RecordingRule | null;

/** Returns the rule for a path: the first whose pattern matches. */
export function ruleFinder(rules: readonly RecordingRule[]): FindRule {
  const compiled = rules.map((rule) => ({
    rule,
    matchers: (expandBraces(rule.paths) ?? []).map(pathPattern),
  }));
  return (path) =>
    compiled.find(({ matchers }) => matchers.some((matcher) => matcher.test(path)))?.rule ?? null;
}

/** Why a file contradicts the format that its rule names, for people; null when it does not. */
export function contradictedFormat(rule: RecordingRule | null, format: string): string | null {
  if (rule === null || rule.format === null || rule.format === format) return null;
  const found = format === 'opaque' ? 'is in no known format' : `has the format \`${format}\``;
  return (
    `its content ${found}, but \`recordings\` in .github/fixtures.yml says \`${rule.format}\`: ` +
    'correct or remove `format` there, or record the file again'
  );
}
