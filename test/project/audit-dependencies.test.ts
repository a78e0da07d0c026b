import { expect, it } from 'vitest';

const script = new URL('../../scripts/audit-dependencies.js', import.meta.url).href;
const { readAudit, exitStatus } = (await import(script)) as {
  readAudit(stdout: string): { outcome: string; lines: string[] };
  exitStatus(outcome: string, words: string[]): number;
};

const counts = { info: 0, low: 1, moderate: 2, high: 0, critical: 0, total: 3 };
const weakness = (severity: string, fixAvailable: unknown) => ({
  name: 'tar',
  severity,
  range: '<6.2.1',
  via: [{ title: 'Writes outside of the folder', url: 'https://advisories.example/1' }],
  fixAvailable,
});
const report = (vulnerabilities: object) =>
  JSON.stringify({ auditReportVersion: 2, vulnerabilities, metadata: { vulnerabilities: counts } });

it.each([
  [report({}), 'clean', /no high or critical weakness/],
  [report({ tar: weakness('moderate', true) }), 'clean', /3 lesser ones/],
  [report({ tar: weakness('high', true) }), 'weak', /^tar <6.2.1: high: Writes outside .*npm audit fix/],
  [report({ tar: weakness('critical', false) }), 'weak', /critical.*no fix yet/],
  [report({ a: { ...weakness('high', false), via: ['tar'] } }), 'weak', /by way of tar/],
  [
    '{"message":"405 Method Not Allowed - POST https://r.example/-/npm/v1/security/advisories/bulk","statusCode":405}',
    'no service',
    /offers no audit service/,
  ],
  [
    '{"error":{"code":"ENOAUDIT","summary":"Your configured registry does not support audit requests."}}',
    'no service',
    /offers no audit service/,
  ],
  ['{"error":{"code":"E404","summary":"404 Not Found"}}', 'no service', /offers no audit service/],
  [
    '{"error":{"code":"ENOLOCK","summary":"This command requires an existing lockfile."}}',
    'failed',
    /lockfile/,
  ],
  ['{"message":"request failed, reason: connect ECONNREFUSED","statusCode":503}', 'failed', /ECONNREFUSED/],
  ['', 'failed', /no JSON/],
  ['null', 'failed', /no report/],
])('reads the answer %# of npm audit', (stdout, outcome, line) => {
  const read = readAudit(stdout);
  expect(read.outcome).toBe(outcome);
  expect(read.lines.join('\n')).toMatch(line);
});

it.each([
  ['clean', [], 0],
  ['weak', [], 1],
  ['failed', [], 1],
  ['no service', [], 1],
  ['no service', ['--allow-no-service'], 0],
  ['weak', ['--allow-no-service'], 1],
  ['failed', ['--allow-no-service'], 1],
] as [string, string[], number][])('ends after %s with %j: %i', (outcome, words, status) => {
  expect(exitStatus(outcome, words)).toBe(status);
});
