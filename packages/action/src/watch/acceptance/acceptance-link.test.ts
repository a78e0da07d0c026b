import { describe, expect, it } from 'vitest';
import { acceptanceLink } from './acceptance-link.js';

describe('acceptanceLink', () => {
  it('opens a filled-in pull request from the branch', () => {
    const link = new URL(acceptanceLink('https://github.com', { owner: 'o', name: 'r' }, 'main'));
    expect(link.pathname).toBe('/o/r/compare/main...fixtures/watch');
    expect(Object.fromEntries(link.searchParams)).toEqual({
      quick_pull: '1',
      title: 'Accept re-recorded fixtures',
      body: expect.stringContaining('The commit is empty'),
    });
  });

  it('escapes the name of the default branch, and works on a server of a company', () => {
    const link = acceptanceLink('https://git.acme.example', { owner: 'o', name: 'r' }, 'rel/1 #2');
    expect(link).toMatch(
      /^https:\/\/git\.acme\.example\/o\/r\/compare\/rel\/1%20%232\.\.\.fixtures\/watch\?/,
    );
  });
});
