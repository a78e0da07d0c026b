import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { expandBraces, refusedPathPattern } from '../patterns/path-pattern-syntax.js';
import { PATTERN_LIMITS, refusedPattern } from '../patterns/pattern.js';

/*
 * The list `recordings` of `.github/fixtures.yml`. The client finds files by it, the registry their formats
 * and test ids, so both read it with this code.
 */

/** Where recordings are, and what their paths say. */
export interface RecordingRule {
  /** A path pattern, which may contain `{a,b}`. */
  paths: string;
  /** The name of a format; null when the content says it. */
  format: string | null;
  /** The test id, with `{dir}`, `{module}`, `{name}` and `{path}`; null for the layouts that are known. */
  testId: string | null;
}

/** The maximum length of the settings file, in characters. */
export const LONGEST_SETTINGS = 64 * 1024;

const MOST_RULES = 100;
const LONGEST_TEMPLATE = 500;
const FIELDS = ['paths', 'format', 'test-id'];
const PLACEHOLDER = /\{(?:dir|module|name|path)\}/g;

/** Receives a problem, with the YAML node whose line it is about. */
type Report = (node: unknown, message: string) => void;

/**
 * Parses `recordings` of a settings file and ignores all other keys.
 * @returns the rules, empty when there are none; or all problems, each with its line and what to do
 */
export function parseRecordingRules(text: string): { rules: RecordingRule[] } | { problems: string[] } {
  if (text.length > LONGEST_SETTINGS) {
    return { problems: [`the file has ${text.length} characters; at most ${LONGEST_SETTINGS} are read`] };
  }
  const lines = new LineCounter();
  const { contents, errors } = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const problems = errors.map(({ message, pos }) => `line ${lines.linePos(pos[0]).line}: ${message}`);
  if (problems.length > 0) return { problems };
  const report: Report = (node, message) => {
    const offset = (node as Node | null)?.range?.[0] ?? 0;
    problems.push(`line ${lines.linePos(offset).line}: ${message}`);
  };
  if (contents !== null && !isMap(contents)) report(contents, 'the file has keys, such as `recordings`');
  const pair = isMap(contents) ? contents.items.find(({ key }) => textOf(key) === 'recordings') : undefined;
  const rules = pair === undefined ? [] : readRecordingRules(pair.value, pair.key, report);
  return problems.length > 0 ? { problems } : { rules };
}

/**
 * Reads the value of `recordings`.
 * @param key its key, for the line of an empty value
 * @param formats the names that `format` may have; undefined: any
 * @returns one rule for each pattern; incomplete when a problem was reported
 */
export function readRecordingRules(
  value: unknown,
  key: unknown,
  report: Report,
  formats?: readonly string[],
): RecordingRule[] {
  if (value === null || (isScalar(value) && value.value === null)) return [];
  if (!isSeq(value)) {
    report(value ?? key, '`recordings` is a list, such as `- paths: tests/**/cassettes/**/*.yaml`');
    return [];
  }
  const rules = value.items.flatMap((item) => readRule(item, value, report, formats));
  const patterns = rules.flatMap(({ paths }) => expandBraces(paths) ?? []).length;
  if (rules.length > MOST_RULES) {
    report(value, `${rules.length} patterns are given; at most ${MOST_RULES} are read`);
  } else if (patterns > PATTERN_LIMITS.patterns) {
    const most = PATTERN_LIMITS.patterns;
    report(value, `the patterns have ${patterns} alternatives in braces; at most ${most} are read`);
  }
  return rules;
}

function readRule(
  node: unknown,
  list: unknown,
  report: Report,
  formats: readonly string[] | undefined,
): RecordingRule[] {
  if (!isMap(node)) {
    report(node ?? list, 'an entry of `recordings` has `paths`, and optionally `format` and `test-id`');
    return [];
  }
  const rule: Omit<RecordingRule, 'paths'> = { format: null, testId: null };
  let patterns: string[] | null = null;
  for (const { key, value } of node.items) {
    const name = textOf(key);
    if (name === 'paths') patterns = readPatterns(value ?? key, report);
    else if (name === 'format') rule.format = readFormat(value ?? key, report, formats);
    else if (name === 'test-id') rule.testId = readTemplate(value ?? key, report);
    else {
      const known = FIELDS.map((field) => `\`${field}\``).join(', ');
      report(key, `\`${name ?? '?'}\` is unknown: an entry of \`recordings\` has ${known}`);
    }
  }
  if (patterns === null) {
    report(node, 'an entry of `recordings` needs `paths`, such as `paths: tests/**/cassettes/**/*.yaml`');
  }
  return (patterns ?? []).map((paths) => ({ paths, ...rule }));
}

/** One pattern, or a list of them. */
function readPatterns(node: unknown, report: Report): string[] {
  const nodes = isSeq(node) ? node.items : [node];
  if (nodes.length === 0) report(node, '`paths` is empty: name a pattern, or remove the entry');
  return nodes.flatMap((each) => {
    const pattern = textOf(each);
    if (pattern === null) {
      // An unquoted `*` or `!` at the start has another meaning in YAML.
      report(each ?? node, '`paths` is a pattern or a list of patterns; quote it, such as "**/*.yaml"');
      return [];
    }
    const limited = (expandBraces(pattern) ?? []).map(refusedPattern).find((reason) => reason !== null);
    const refused =
      refusedPathPattern(pattern) ?? (limited && `The path pattern ${JSON.stringify(pattern)} ${limited}.`);
    if (refused !== null && refused !== undefined) report(each, refused);
    return [pattern];
  });
}

function readFormat(node: unknown, report: Report, formats: readonly string[] | undefined): string | null {
  const format = textOf(node);
  if (format !== null && format !== '' && formats?.includes(format) !== false) return format;
  const named = formats === undefined ? 'such as `vcrpy`' : formats.map((one) => `\`${one}\``).join(', ');
  report(node, `\`format\` is the name of a format (${named}); leave it out to find it by the content`);
  return null;
}

function readTemplate(node: unknown, report: Report): string | null {
  const template = textOf(node);
  if (template === null || template.length > LONGEST_TEMPLATE) {
    const example = '"{dir}/{module}.py::{name}"';
    report(
      node,
      `\`test-id\` is a quoted text of at most ${LONGEST_TEMPLATE} characters, such as ${example}`,
    );
    return null;
  }
  const rest = template.replace(PLACEHOLDER, '');
  if (rest === template || /[{}]/.test(rest)) {
    const known = '`{dir}`, `{module}`, `{name}` and `{path}`';
    report(node, `\`test-id\` has one or more of ${known}, and no other braces`);
    return null;
  }
  return template;
}

function textOf(node: unknown): string | null {
  return isScalar(node) && typeof node.value === 'string' ? node.value : null;
}
