import { describe, expect, it } from 'vitest';
import { isAllowed } from './allowed-owners.js';

describe('isAllowed', () => {
  it.each<[string[], string, boolean]>([
    [[], 'acme/desk', false],
    [['acme'], 'acme/desk', true],
    [['other', 'acme'], 'acme/desk', true],
    [['acme/desk'], 'acme/desk', true],
    // GitHub's names have no case.
    [['ACME'], 'acme/desk', true],
    [['acme/Desk'], 'Acme/desk', true],
    [['acme/desk'], 'acme/vault', false],
    [['acme/desk'], 'acme/desk-2', false],
    [['acme/desk'], 'acme/des', false],
    [['acme'], 'acme-inc/desk', false],
    [['acme'], 'acm/desk', false],
    [['acme'], 'evil/acme', false],
    [['desk'], 'acme/desk', false],
    // Nothing is a pattern.
    [['*'], 'acme/desk', false],
    [['acme/*'], 'acme/desk', false],
    [['ac.e'], 'acme/desk', false],
    [[''], 'acme/desk', false],
    [['acme/'], 'acme/desk', false],
    // Letters that look the same.
    [['acme'], 'аcme/desk', false],
    // The Kelvin sign: its lower case is a k.
    [['kelvin'], '\u212Aelvin/desk', false],
    [['\u212Aelvin'], 'kelvin/desk', false],
  ])('with %j and %s gives %s', (allowed, repository, expected) => {
    const [owner = ''] = repository.split('/');
    expect(isAllowed(allowed, { owner, repository })).toBe(expected);
  });
});
