const DAY = 86_400_000;

/** Milliseconds of a week. */
export const WEEK = 7 * DAY;

/** 5 January 1970 is a Monday. */
const FIRST_MONDAY = 4 * DAY;

/** The Monday, 00:00 UTC, of the week of a time; both in milliseconds since 1970. */
export function startOfWeek(time: number): number {
  return Math.floor((time - FIRST_MONDAY) / WEEK) * WEEK + FIRST_MONDAY;
}
