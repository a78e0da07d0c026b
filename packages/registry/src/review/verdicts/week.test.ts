import { expect, it } from 'vitest';
import { startOfWeek } from './week.js';

it.each([
  ['1970-01-01T00:00:00Z', '1969-12-29'],
  ['2025-09-29T00:00:00Z', '2025-09-29'],
  ['2025-10-05T23:59:59.999Z', '2025-09-29'],
  ['2025-10-06T00:00:00Z', '2025-10-06'],
  ['2026-01-01T12:00:00Z', '2025-12-29'],
])('the week of %s begins on Monday, %s', (time, monday) => {
  expect(new Date(startOfWeek(Date.parse(time))).toISOString()).toBe(`${monday}T00:00:00.000Z`);
});
