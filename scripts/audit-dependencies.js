// Asks npm whether a package that the registry, the client or the action runs with has a known weakness that
// is high or critical. Where the package registry has no such service nothing was audited, so this fails;
// with --allow-no-service it says so and passes.

import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';

/**
 * What npm's answer means.
 * @param {string} stdout what `npm audit --json` printed
 * @returns {{ outcome: 'clean' | 'weak' | 'no service' | 'failed', lines: string[] }}
 */
export function readAudit(stdout) {
  let answer;
  try {
    answer = JSON.parse(stdout);
  } catch {
    return { outcome: 'failed', lines: ['npm audit answered with what is no JSON'] };
  }
  const counts = answer?.metadata?.vulnerabilities;
  if (!counts || typeof answer.vulnerabilities !== 'object') return withoutReport(answer);
  const weak = Object.values(answer.vulnerabilities).filter(
    ({ severity }) => severity === 'high' || severity === 'critical',
  );
  if (weak.length === 0)
    return {
      outcome: 'clean',
      lines: [`no high or critical weakness is known (${counts.total} lesser ones)`],
    };
  return { outcome: 'weak', lines: weak.map(describe) };
}

/** npm tells in several ways that there is nobody to ask; anything else is a failure. */
function withoutReport(answer) {
  const error = answer?.error ?? {};
  const text = [answer?.message, error.code, error.summary, error.detail].filter(Boolean).join(' ');
  const status = answer?.statusCode ?? Number(/\b([45]\d\d)\b/.exec(text)?.[1]);
  const isMissing =
    [400, 403, 404, 405, 501].includes(status) ||
    /ENOAUDIT|audit endpoint|not (implemented|supported|found)/i.test(text);
  return isMissing
    ? {
        outcome: 'no service',
        lines: ['the package registry offers no audit service: dependencies were not audited'],
      }
    : { outcome: 'failed', lines: [`npm audit failed: ${text || 'it gave no report'}`] };
}

function describe({ name, severity, range, via, fixAvailable }) {
  const [advisory] = via.filter((each) => typeof each === 'object');
  const why = advisory ? `${advisory.title} (${advisory.url})` : `by way of ${via.join(', ')}`;
  const fix = fixAvailable ? 'npm audit fix mends it' : 'there is no fix yet';
  return `${name} ${range}: ${severity}: ${why}; ${fix}`;
}

/**
 * Nothing that was not audited passes, unless somebody said that it may.
 * @param {ReturnType<typeof readAudit>['outcome']} outcome
 * @param {string[]} words of the command line
 */
export function exitStatus(outcome, words) {
  if (outcome === 'no service') return words.includes('--allow-no-service') ? 0 : 1;
  return outcome === 'clean' ? 0 : 1;
}

function runAudit() {
  return new Promise((resolve) => {
    const words = ['audit', '--omit=dev', '--audit-level=high', '--json'];
    // npm ends with 1 where it found something, and prints its report all the same.
    execFile('npm', words, { maxBuffer: 64 * 1024 * 1024, timeout: 120_000 }, (_error, stdout) =>
      resolve(stdout),
    );
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { outcome, lines } = readAudit(await runAudit());
  for (const line of lines) console.log(line);
  process.exitCode = exitStatus(outcome, process.argv.slice(2));
}
