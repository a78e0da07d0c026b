import type { Activity } from '../../../review/verdicts/activity-store.js';
import { startOfWeek, WEEK } from '../../../review/verdicts/week.js';

export type Measure = 'recordings' | 'behaviour' | 'errors';
export const MEASURES: readonly Measure[] = ['recordings', 'behaviour', 'errors'];

/** Models with a series of their own. */
const OWN_SERIES = 4;
const FEWEST_WEEKS = 12;
const MOST_WEEKS = 52;

/** The activity of one model, or of all other models: a number for each week. */
export interface ActivitySeries {
  label: string;
  values: Record<Measure, number[]>;
}

/** Activity as a picture needs it. */
export interface ActivityPicture {
  /** The Mondays of all weeks, oldest first; in milliseconds since 1970. */
  weeks: number[];
  series: ActivitySeries[];
}

/** Arranges activity by week and series: the models with the most activity, then all others together. */
export function arrangeActivity(activity: Activity[], now: number): ActivityPicture {
  const current = startOfWeek(now);
  const first = activity[0]?.week ?? current;
  const between = Math.round((current - first) / WEEK) + 1;
  const number = Math.min(MOST_WEEKS, Math.max(FEWEST_WEEKS, between));
  const weeks = Array.from({ length: number }, (_, index) => current - (number - 1 - index) * WEEK);
  const position = new Map(weeks.map((week, index) => [week, index]));
  const named = busiestModels(activity).slice(0, OWN_SERIES);
  const empty = (label: string): ActivitySeries => {
    const zeros = () => weeks.map(() => 0);
    return { label, values: { recordings: zeros(), behaviour: zeros(), errors: zeros() } };
  };
  const series = named.map(empty);
  const rest = empty(named.length === 0 ? 'all' : 'others');
  for (const row of activity) {
    const { values } = series[row.model === null ? -1 : named.indexOf(row.model)] ?? rest;
    const index = position.get(row.week);
    if (index === undefined) continue;
    for (const measure of MEASURES) values[measure][index] = (values[measure][index] ?? 0) + row[measure];
  }
  const isUsed = ({ values }: ActivitySeries) => MEASURES.some((measure) => sum(values[measure]) > 0);
  return { weeks, series: [...series, rest].filter(isUsed) };
}

export function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function busiestModels(activity: Activity[]): string[] {
  const totals = new Map<string, number>();
  for (const { model, recordings, behaviour, errors } of activity) {
    if (model !== null) totals.set(model, (totals.get(model) ?? 0) + recordings + behaviour + errors);
  }
  return [...totals].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([model]) => model);
}
