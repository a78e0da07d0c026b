import { describe, expect, it } from 'vitest';
import { describePossibleSecrets, possibleSecretPlaces } from './describe-possible-secrets.js';
import type { PossibleSecrets } from './possible-secrets.js';

const finding = (path: string) => ({
  ...{ path, digest: '', kind: 'URL parameter sig', place: '$.response.body', masked: 'ab…yz' },
});
const possible = (change: Partial<PossibleSecrets>): PossibleSecrets => ({
  totalCount: 1,
  fileCount: 1,
  kinds: [{ kind: 'URL parameter sig', count: 1 }],
  findings: [finding('a.json')],
  ...change,
});

describe('possible secrets', () => {
  it('are described in one line, by kind', () => {
    expect(describePossibleSecrets(possible({}))).toBe(
      '1 recording may contain a secret: 1 × URL parameter sig',
    );
    const kinds = ['a', 'b', 'c', 'd', 'e'].map((kind, index) => ({ kind, count: 1_500 - index }));
    expect(describePossibleSecrets(possible({ fileCount: 1_234, kinds }))).toBe(
      '1,234 recordings may contain a secret: 1,500 × a, 1,499 × b, 1,498 × c, 2 more kinds',
    );
  });

  it('are listed with their places: the first five, then how many more', () => {
    expect(possibleSecretPlaces(possible({}))).toEqual([
      'a.json: URL parameter sig at $.response.body: ab…yz',
    ]);
    const findings = Array.from({ length: 20 }, (_, index) => finding(`${index}.json`));
    const lines = possibleSecretPlaces(possible({ totalCount: 1_005, findings }));
    expect(lines).toHaveLength(6);
    expect(lines.at(-1)).toBe('… and 1,000 more');
  });
});
