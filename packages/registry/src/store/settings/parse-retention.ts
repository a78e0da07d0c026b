import { isMap, isScalar } from 'yaml';
import { NO_SETTINGS, type RetentionSettings } from './settings.js';

/** The keys of `retention`, their fields, and their minimum in days. The database enforces that of the audit log. */
const KEYS: Record<string, { field: keyof RetentionSettings; minimum: number }> = {
  'pull-requests': { field: 'pullRequests', minimum: 1 },
  snapshots: { field: 'snapshots', minimum: 1 },
  audit: { field: 'audit', minimum: 30 },
};
const NAMES = '`pull-requests`, `snapshots` and `audit`';
/** A hundred years: a longer time is `forever`. */
const LONGEST = 36_500;

/**
 * Reads `retention: { pull-requests: 30d, snapshots: 365d, audit: forever }` from YAML nodes.
 * @param wrong receives a node that is wrong, and what is wrong with it
 */
export function readRetention(
  value: unknown,
  key: unknown,
  wrong: (node: unknown, message: string) => void,
): RetentionSettings {
  const retention: { -readonly [Key in keyof RetentionSettings]: RetentionSettings[Key] } = {
    ...NO_SETTINGS.retention,
  };
  if (value === null || (isScalar(value) && value.value === null)) return retention;
  if (!isMap(value)) {
    wrong(value ?? key, `\`retention\` has the keys ${NAMES}`);
    return retention;
  }
  for (const { key: name, value: node } of value.items) {
    const text = isScalar(name) ? String(name.value) : '?';
    const known = KEYS[text];
    if (known === undefined) {
      wrong(name, `\`${text}\` is unknown: \`retention\` has ${NAMES}`);
      continue;
    }
    const days = readDays(isScalar(node) ? node.value : undefined);
    if (days === undefined || (days !== null && (days < known.minimum || days > LONGEST))) {
      const limits = `from ${known.minimum}d to ${LONGEST}d`;
      wrong(node ?? name, `\`${text}\` is a number of days ${limits}, such as \`90d\`, or \`forever\``);
    } else retention[known.field] = days;
  }
  return retention;
}

/** The days of a duration; null for `forever`, undefined when it is neither. */
function readDays(value: unknown): number | null | undefined {
  if (value === 'forever') return null;
  const match = typeof value === 'string' ? /^(\d{1,6})d$/.exec(value) : null;
  return match ? Number(match[1]) : undefined;
}
