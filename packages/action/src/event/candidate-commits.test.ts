import { describe, expect, it } from 'vitest';
import { firstParentLine } from './candidate-commits.js';

const commit = (sha: string, ...parents: string[]) => ({
  sha,
  parents: parents.map((parent) => ({ sha: parent })),
});

describe('firstParentLine', () => {
  it('leaves out commits of merged branches', () => {
    const listed = [
      commit('m', 'b', 'side2'),
      commit('side2', 'side1'),
      commit('b', 'a'),
      commit('side1', 'a'),
      commit('a'),
    ];
    expect(firstParentLine('m', listed)).toEqual(['m', 'b', 'a']);
  });

  it('includes the first parent beyond the list', () => {
    expect(firstParentLine('c', [commit('c', 'b')])).toEqual(['c', 'b']);
  });

  it('is the commit alone when the list is empty', () => {
    expect(firstParentLine('c', [])).toEqual(['c']);
  });
});
