import { describe, expect, it } from 'vitest';
import { type Allowance, allowanceOf, isAllowedEntry } from './allowed-owners.js';

describe('allowanceOf', () => {
  it.each<[string[], string, boolean | Allowance]>([
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
    [['acme#65'], 'acme/desk', 'by-number'],
    [['ACME#65/desk'], 'acme/desk', 'by-number'],
    [['acme#6666'], 'acme/desk', 'other-owner'],
    [['acme#6666/desk'], 'acme/desk', 'other-owner'],
    [['acme#6666', 'acme#65'], 'acme/desk', 'by-number'],
    [['acme#6666', 'acme'], 'acme/desk', 'by-name'],
    [['acme#65/desk'], 'acme/vault', 'none'],
    [['acme#'], 'acme/desk', 'none'],
    [['acme/desk#65'], 'acme/desk', 'none'],
    // Letters that look the same.
    [['acme'], 'аcme/desk', false],
    // The Kelvin sign: its lower case is a k.
    [['kelvin'], '\u212Aelvin/desk', false],
    [['\u212Aelvin'], 'kelvin/desk', false],
  ])('with %j and %s gives %s', (allowed, repository, expected) => {
    const [owner = ''] = repository.split('/');
    const words = expected === true ? 'by-name' : expected === false ? 'none' : expected;
    expect(allowanceOf(allowed, { owner, ownerId: 65, repository })).toBe(words);
  });
});

it.each([
  ...['acme', 'acme/desk', 'acme#65', 'acme#65/desk'].map((entry) => [entry, true]),
  ...['', '*', 'acme/*', 'acme/', 'acme#', 'acme#0', 'acme#x', 'acme/desk#65', '#65', 'acme#65/a/b'].map(
    (entry) => [entry, false],
  ),
])('"%s" is an entry: %s', (entry, expected) => {
  expect(isAllowedEntry(`${entry}`)).toBe(expected);
});
