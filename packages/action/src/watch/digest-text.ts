import { type DigestAge, type WatchDigest, type WeeklyActivity, withCommas } from '@fixture-registry/client';
import { escapeMarkdown, inlineCode } from '../runner/escape-markdown.js';

/** The digest lists this many models and counts the rest. */
const MAX_MODELS = 10;

/**
 * The weekly digest as markdown: how old the recordings are, how many are unused or unstable, and in which
 * weeks behaviour changed. Empty when the registry provides none of it. Pure.
 * @param unstable the number of recordings whose repeats behave differently
 */
export function digestText(digest: WatchDigest, unstable: number): string {
  const parts = [
    digest.ages === null ? null : agesTable(digest.ages),
    digest.unused === null ? null : unusedLine(digest.unused),
    unstable === 0 ? null : unstableLine(unstable),
    digest.activity === null ? null : activityLine(digest.activity),
  ].filter((part) => part !== null);
  return parts.length === 0 ? '' : ['#### The recordings this week', ...parts].join('\n\n');
}

function agesTable(ages: DigestAge[]): string {
  if (ages.every(({ olderThanQuarter }) => olderThanQuarter === 0))
    return 'No recording is older than 90 days.';
  const stale = ages.filter(({ olderThanQuarter }) => olderThanQuarter > 0);
  const shown = stale.slice(0, MAX_MODELS);
  const rows = shown.map(({ model, recordings, olderThanQuarter, olderThanYear, oldest }) => {
    const cells = [withCommas(recordings), withCommas(olderThanQuarter), withCommas(olderThanYear)];
    return `| ${[modelName(model), ...cells, dayOf(oldest)].join(' | ')} |`;
  });
  const more = stale.length - shown.length;
  return [
    '| model | recordings | older than 90 days | older than a year | oldest |\n|---|---:|---:|---:|---|\n' +
      rows.join('\n'),
    ...(more > 0 ? [`… and ${withCommas(more)} more ${more === 1 ? 'model' : 'models'}.`] : []),
  ].join('\n\n');
}

function unusedLine({ totalCount, runs }: NonNullable<WatchDigest['unused']>): string {
  if (runs === 0)
    return 'Unused recordings are not known: no run of the last 30 days reported all that it read.';
  const counted = `${withCommas(runs)} ${runs === 1 ? 'run' : 'runs'}`;
  if (totalCount === 0) return `No recording is unused (${counted} in 30 days).`;
  const what = `${withCommas(totalCount)} ${totalCount === 1 ? 'recording was' : 'recordings were'}`;
  return `${what} not read by any of ${counted} in 30 days: \`npx @fixture-registry/cli unused\` lists them.`;
}

function unstableLine(count: number): string {
  const what = count === 1 ? 'recording is' : 'recordings are';
  return `${withCommas(count)} ${what} unstable: the repeats of this watch behave differently.`;
}

function activityLine(activity: WeeklyActivity[]): string {
  const weeks = new Map<string, number>();
  for (const { week, behaviour } of activity)
    weeks.set(dayOf(week), (weeks.get(dayOf(week)) ?? 0) + behaviour);
  const changed = [...weeks].filter(([, count]) => count > 0).sort(([a], [b]) => (a < b ? -1 : 1));
  if (changed.length === 0) return 'No merged behaviour change in the last 8 weeks.';
  const list = changed.map(([week, count]) => `${week}: ${withCommas(count)}`).join(' · ');
  return `Merged behaviour changes by week: ${list}`;
}

function modelName(model: string | null): string {
  return model === null ? 'without a model' : inlineCode(model).replaceAll('|', '\\|');
}

/** `2026-11-28` of an ISO time; other text is shown as it is. */
function dayOf(time: string): string {
  return escapeMarkdown(time.slice(0, 10)).replaceAll('\u200b', '');
}
