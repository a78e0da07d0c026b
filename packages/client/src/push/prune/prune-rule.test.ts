import { describe, expect, it } from 'vitest';
import { decidePrune, type Prune } from './prune-rule.js';

describe('decidePrune', () => {
  it.each<[Prune, number, number, boolean, true | 'pull-failed' | 'too-many']>([
    [true, 3, 0, false, true],
    [true, 0, 0, true, true],
    [true, 3, 1, false, true],
    [true, 2, 1, false, true],
    [true, 1, 1, false, 'too-many'],
    [true, 3, 2, false, 'too-many'],
    [true, 3, 3, false, 'too-many'],
    [true, 1000, 1, true, 'pull-failed'],
    [true, 3, 3, true, 'pull-failed'],
    ['force', 3, 3, false, true],
    ['force', 3, 3, true, true],
  ])('%s with %i covered, %i gone, failed pull %s: %s', (prune, covered, gone, pullFailed, expected) => {
    const decision = decidePrune({ prune, covered, gone, pullFailed });
    expect(decision.prunes || decision.because).toBe(expected);
    if (!decision.prunes) expect(decision.reason).toContain('--prune=force');
  });
});
