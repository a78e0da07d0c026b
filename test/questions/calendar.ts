import { startOfWeek, WEEK } from '../../packages/registry/src/review/verdicts/week.js';

/** The Monday on which the history of the document begins. */
const SHOWN_START = Date.parse('2026-03-02T00:00:00Z');
/** Weeks from the beginning of the history to the current one: later than all its events, and within a year. */
const WEEKS_AGO = 6;

const TIME = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z/g;

/**
 * Translates between the times of a document, which never change, and those of a registry, where the same history
 * happened some weeks ago: activity is about the last weeks.
 */
export interface Calendar {
  /** A moment of the history in the registry. @param day 1 is the first Monday */
  at(day: number, time: string): Date;
  /** A text with the times of the document, with those of the registry. */
  toRegistry(text: string): string;
  /** A text with the times of the registry, with those of the document. */
  toDocument(text: string): string;
}

export function calendarOf(now: number): Calendar {
  const start = startOfWeek(now) - WEEKS_AGO * WEEK;
  const shift = (text: string, by: number) =>
    text.replace(TIME, (time) => new Date(Date.parse(time) + by).toISOString());
  return {
    at: (day, time) => new Date(start + (day - 1) * 86_400_000 + Date.parse(`1970-01-01T${time}:00Z`)),
    toRegistry: (text) => shift(text, start - SHOWN_START),
    toDocument: (text) => shift(text, SHOWN_START - start),
  };
}
