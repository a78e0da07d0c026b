import { probeRegistry, type RegistryHealth } from '@fixture-registry/client/checkout';
import { type Connection, RegistryError } from '@fixture-registry/client/core';
import { type Finding, fail, ok, warn } from './finding.js';

/** Differences between the clocks, in milliseconds. Identity tokens are valid for minutes. */
const SKEW = { warn: 60_000, fail: 5 * 60_000 };

/**
 * Checks that the registry responds and is ready.
 * @returns the findings, and whether further requests make sense
 */
export async function checkRegistry(
  connection: Connection,
): Promise<{ findings: Finding[]; isReachable: boolean }> {
  let health: RegistryHealth;
  try {
    health = await probeRegistry(connection);
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    return { findings: [fail('registry', error.message, adviceFor(error))], isReachable: false };
  }
  const { ready, reasons, duration, clockSkew } = health;
  const findings = [
    ready
      ? ok('registry', `${connection.registry} is ready (${protocolOf(connection.registry)}, ${duration} ms)`)
      : fail('registry', `${connection.registry} is not ready: ${reasons.join('; ')}`, 'see its log'),
  ];
  if (clockSkew !== null) findings.push(checkClock(clockSkew));
  return { findings, isReachable: ready };
}

/** Judges the difference between the clocks of this machine and of the registry. */
export function checkClock(skew: number): Finding {
  const seconds = Math.round(Math.abs(skew) / 1000);
  const text = `the registry's clock is ${seconds} s ${skew < 0 ? 'behind' : 'ahead of'} this machine's`;
  const fix = 'set the clocks with NTP: tokens are not accepted before and after their time';
  if (Math.abs(skew) >= SKEW.fail) return fail('clock', text, fix);
  return Math.abs(skew) >= SKEW.warn
    ? warn('clock', text, fix)
    : ok('clock', `the clocks agree to ${Math.max(seconds, 1)} s`);
}

function protocolOf(registry: string): string {
  return registry.toLowerCase().startsWith('https:') ? 'TLS' : 'without TLS';
}

function adviceFor({ code, message }: RegistryError): string {
  if (/certificate|self.signed|issuer/i.test(message)) {
    return 'install the certificate of its authority, and name the file in NODE_EXTRA_CA_CERTS';
  }
  if (/ speaks https?, not /.test(message)) return 'correct the protocol of the address';
  if (/uses http:/.test(message)) return 'use its https:// address';
  if (code === 'UNREACHABLE') return 'check the address and the network; HTTPS_PROXY and NO_PROXY are used';
  return 'check the address: it is the one that `fixture-registry serve` prints, or that of its proxy';
}
