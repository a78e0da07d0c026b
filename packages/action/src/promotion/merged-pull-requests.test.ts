import { describe, expect, it } from 'vitest';
import { mergedInto } from './merged-pull-requests.js';

const pull = (number: number, mergedAt: string | null, ref = 'main') => ({
  number,
  merged_at: mergedAt,
  merge_commit_sha: `m${number}`,
  head: { sha: `h${number}` },
  base: { ref },
});

describe('mergedInto', () => {
  it('returns each merged pull request of the branch once, in the order of merge', () => {
    const associated = [
      pull(3, '2025-01-02T00:00:00Z'),
      pull(9, '2025-01-01T00:00:00Z'),
      pull(3, '2025-01-02T00:00:00Z'),
      pull(4, null),
      pull(5, '2025-01-01T00:00:00Z', 'release'),
      pull(8, '2025-01-01T00:00:00Z'),
    ];
    expect(mergedInto('main', associated)).toEqual([
      { number: 8, mergedAt: '2025-01-01T00:00:00Z', commit: 'm8', head: 'h8' },
      { number: 9, mergedAt: '2025-01-01T00:00:00Z', commit: 'm9', head: 'h9' },
      { number: 3, mergedAt: '2025-01-02T00:00:00Z', commit: 'm3', head: 'h3' },
    ]);
  });
});
