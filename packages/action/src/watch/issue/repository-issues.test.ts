import { describe, expect, it } from 'vitest';
import type { GitHub } from '../../runner/github-client.js';
import { repositoryIssues } from './repository-issues.js';

const failure = (status: number, message: string) =>
  Object.assign(new Error(message), { status, response: { headers: {} } });

describe('a refusal to keep the issue', () => {
  const { explain } = repositoryIssues({} as GitHub, { owner: 'octo-org', name: 'octo-tests' });

  it.each([
    [failure(403, 'Resource not accessible by integration'), 'Grant the job `permissions: issues: write`.'],
    [
      failure(410, 'Issues has been disabled in this repository.'),
      'Issues are disabled in octo-org/octo-tests',
    ],
    [failure(404, 'Issues are disabled for this repo'), 'Issues are disabled in octo-org/octo-tests'],
    [failure(500, 'Server Error'), 'GitHub responded with status 500: Server Error'],
  ])('(%s) is explained, with where the report is', (error, text) => {
    expect(explain(error)).toContain(text);
    expect(explain(error)).toContain('summary has its report');
  });

  it('names the permission also where Issues are disabled', () => {
    expect(explain(failure(410, 'Gone'))).toContain('`permissions: issues: write`');
  });
});
