import { pathPattern } from '@fixture-registry/protocol';
import type { SecretFinding } from './secret-finding.js';

/** That something looks like a secret and is none: one content, or whatever stands at some paths. */
export interface SecretAllowance {
  by: 'DIGEST' | 'PATH';
  /** A digest in hex, or a pattern of paths. */
  value: string;
  /** Only this kind of finding; null for all. */
  kind: string | null;
  reason: string;
}

/** The allowances that hold for one push, ready to be asked of many files. */
export class Allowances {
  /** All of them, as they were given: for a thread to make the same again. */
  readonly all: readonly SecretAllowance[];
  readonly #digests = new Map<string, SecretAllowance[]>();
  readonly #paths: { pattern: RegExp; allowance: SecretAllowance }[] = [];

  constructor(allowances: readonly SecretAllowance[]) {
    this.all = allowances;
    for (const allowance of allowances) {
      if (allowance.by === 'PATH') this.#paths.push({ pattern: pathPattern(allowance.value), allowance });
      else this.#digests.set(allowance.value, [...(this.#digests.get(allowance.value) ?? []), allowance]);
    }
  }

  /**
   * The findings of a file that nobody allowed.
   * @param path null where it is not known: then only its digest can allow it
   */
  refused(
    file: { digest: string; path: string | null },
    findings: readonly SecretFinding[],
  ): SecretFinding[] {
    const { digest, path } = file;
    if (findings.length === 0) return [];
    const holding = [
      ...(this.#digests.get(digest) ?? []),
      ...this.#paths
        .filter(({ pattern }) => path !== null && pattern.test(path))
        .map(({ allowance }) => allowance),
    ];
    return findings.filter(({ kind }) => !holding.some((one) => one.kind === null || one.kind === kind));
  }
}
