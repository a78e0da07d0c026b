import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anyChange, changeOf } from '../../../../test/report-changes.js';
import { arrangeRows, filterRows, sectionsOf } from './arrange-rows.js';
import { readFilter } from './change-filter.js';
import { positionOf } from './neighbours.js';

const filterOf = (query: Record<string, string>) => readFilter((name) => query[name] ?? null);
const reports = fc.array(anyChange, { maxLength: 12 }).map((specs) => specs.map(changeOf));

it('has each change once, in the section of its cause and its file', () => {
  fc.assert(
    fc.property(reports, (changes) => {
      const rows = arrangeRows(changes);
      expect(new Set(rows.map(({ change }) => change))).toEqual(new Set(changes));
      expect(rows).toHaveLength(changes.length);
      const sections = sectionsOf(rows);
      expect(new Set(sections.map(({ cause }) => cause.key)).size).toBe(sections.length);
      for (const { cause, files } of sections) {
        const shown = files.flatMap((file) => file.changes);
        expect(shown).toHaveLength(cause.changes.length);
        expect(cause.changes.filter((change) => !shown.includes(change))).toEqual([]);
        expect(new Set(files.map(({ file }) => file)).size).toBe(files.length);
      }
    }),
  );
});

it('leads from the first to the last change of a cause, and to no other', () => {
  fc.assert(
    fc.property(reports, (changes) => {
      const rows = arrangeRows(changes);
      for (const key of new Set(rows.map(({ cause }) => cause.key))) {
        const filter = filterOf({ cause: key });
        const chosen = filterRows(rows, filter).map(({ change }) => change);
        const walked = [];
        for (let change = chosen[0] ?? null; change !== null; ) {
          const position = positionOf(change, rows, filter);
          walked.push(change);
          expect([position.number, position.of]).toEqual([walked.length, chosen.length]);
          change = position.next;
        }
        expect(walked).toEqual(chosen);
      }
    }),
  );
});
