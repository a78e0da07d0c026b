import type { RecordingRule } from '@fixture-registry/protocol/settings';
import type { Database } from '../../database/statements/database.js';
import { identify } from '../../recordings/reading/identify-recording.js';
import { contradictedFormat, ruleFinder } from '../../recordings/reading/recording-rule.js';
import { readingsOf } from '../contents/reading-store.js';
import type { Opened } from '../snapshots/entry-store.js';
import type { PathDigest } from '../snapshots/plan-changes.js';
import { pathNamedEntries } from './path-test-id-store.js';

/** The `recordings` of the settings, before and after a push. */
export interface RulesOfPush {
  before: readonly RecordingRule[];
  after: readonly RecordingRule[];
}

/** Entries to begin, with what path and content say, and the problems of their contents. */
export interface IdentifiedEntries {
  opened: Opened[];
  problems: { path: string; problem: string }[];
}

/** Identifies the entries that a push begins. */
export async function identifyEntries(
  tx: Database,
  repositoryId: number,
  entries: { path: string; digest: PathDigest }[],
  rules: readonly RecordingRule[],
): Promise<IdentifiedEntries> {
  const digests = entries.flatMap(({ digest }) => (digest === null ? [] : [digest]));
  const readings = await readingsOf(tx, repositoryId, digests);
  const ruleOf = ruleFinder(rules);
  const problems: { path: string; problem: string }[] = [];
  const opened = entries.map((entry) => {
    const reading = entry.digest === null ? undefined : readings.get(entry.digest);
    if (reading === undefined) return { ...entry, identity: null };
    const rule = ruleOf(entry.path);
    const found = [reading.problem, contradictedFormat(rule, reading.format)];
    for (const problem of found) if (problem !== null) problems.push({ path: entry.path, problem });
    return { ...entry, identity: identify(entry.path, reading, rule) };
  });
  return { opened, problems };
}

/**
 * The unchanged entries of a ref to which new rules give another test id. They begin again, because a
 * recording that does not change is not pushed again.
 * @param changed the paths that the push changes
 */
export async function renamedEntries(
  tx: Database,
  { repositoryId, id }: { repositoryId: number; id: number },
  rules: RulesOfPush,
  changed: ReadonlySet<string>,
): Promise<Opened[]> {
  if (JSON.stringify(rules.before) === JSON.stringify(rules.after)) return [];
  const entries = await pathNamedEntries(tx, repositoryId, id);
  const before = new Map(entries.map(({ path, testId }) => [path, testId]));
  const unchanged = entries.filter(({ path }) => !changed.has(path));
  const { opened } = await identifyEntries(tx, repositoryId, unchanged, rules.after);
  return opened
    .map(({ path, digest, identity }) => ({ path, digest, identity }))
    .filter(({ path, identity }) => identity !== null && identity.testId !== before.get(path));
}
