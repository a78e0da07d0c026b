import { describe, expect, it } from 'vitest';
import { describeBranchName } from './branch-name.js';

describe('describeBranchName', () => {
  it.each([
    ['main', 'main'],
    ['feature/a_b-c.d#1', 'feature/a_b-c.d#1'],
    ['m\u0430in', 'm[U+0430]in'],
    ['\u043cain', '[U+043C]ain'],
    ['main\u202egnp', 'main[U+202E]gnp'],
    ['main\u200b', 'main[U+200B]'],
    ['ma\u0131n', 'ma[U+0131]n'],
    ['mai\u0301n', 'mai[U+0301]n'],
    ['\uff4d\uff41\uff49\uff4e', '[U+FF4D U+FF41 U+FF49 U+FF4E]'],
    ['\u{1d5c6}ain', '[U+1D5C6]ain'],
    ['\u0441\u043e\u0440', '[U+0441 U+043E U+0440]'],
    ['release\u20441', 'release[U+2044]1'],
    ['feature\u30ce\u8ffd', 'feature[U+30CE U+8FFD]'],
    ['caf\u00e9', 'caf\u00e9'],
    [
      'fix/\u0438\u0441\u043f\u0440\u0430\u0432\u0438\u0442\u044c',
      'fix/\u0438\u0441\u043f\u0440\u0430\u0432\u0438\u0442\u044c',
    ],
    ['\u6a5f\u80fd/\u8ffd\u52a0', '\u6a5f\u80fd/\u8ffd\u52a0'],
    ['', ''],
  ])('%j is shown as %j', (name, expected) => {
    expect(describeBranchName(name)).toBe(expected);
  });
});
