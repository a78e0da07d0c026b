import { describe, expect, it } from 'vitest';
import type { Measured } from './measured.js';
import { renderAttacks } from './render-attacks.js';

const ON = { date: '2026-01-02', node: '20.19.0', git: 'git version 2', cores: 2, rounds: 1 };
const MEASURED: Measured = {
  attack: 'patterns',
  database: 'postgres',
  build: 'after',
  ended: 'pulled',
  slowest: 0.456,
  pulls: 9,
  memory: 200 * 2 ** 20,
};

describe('the table of attacks', () => {
  it('has a row for each attack, and the columns that were measured', () => {
    const text = renderAttacks(
      [
        { ...MEASURED, build: 'before', ended: 'given up', slowest: 60.1 },
        MEASURED,
        { ...MEASURED, attack: 'tokens', build: 'before', ended: 'failed', slowest: 1 },
        { ...MEASURED, attack: 'tokens' },
      ],
      ON,
      '50d9771',
    );
    expect(text.split('\n')).toEqual([
      '| attack | Postgres, before | Postgres, after |',
      '|---|---|---|',
      '| patterns | **> 60 s**, 200 MiB | 0.46 s, 200 MiB |',
      '| tokens | **fails** after 1.00 s, 200 MiB | 0.46 s, 200 MiB |',
      '',
      'Measured on 2026-01-02, 2 cores, Node 20.19.0. All pulls after the change end within 2 s.',
      '"Before" is commit 50d9771.',
    ]);
  });

  it.each([{ slowest: 2.5 }, { ended: 'failed' as const }, { ended: 'given up' as const }])(
    'says so when a pull after the change misses what is wanted: %o',
    (change) => {
      const text = renderAttacks(
        [
          { ...MEASURED, ...change },
          { ...MEASURED, attack: 'other' },
        ],
        ON,
        null,
      );
      expect(text).toContain('After the change 1 of 2 figures are above 2 s.');
      expect(text).not.toContain('"Before"');
    },
  );
});
