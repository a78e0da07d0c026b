import { pathPattern } from '@fixture-registry/protocol';
import type { SecretFinding } from './secret-finding.js';

/** An exception from secret scanning: for one content, or for all contents at matching paths. */
export interface SecretAllowance {
  by: 'DIGEST' | 'PATH';
  /** A digest in hex, or a path pattern. */
  value: string;
  /** The only kind of finding that it allows; null for all. */
  kind: string | null;
  reason: string;
}

/** The allowances that apply to one push, indexed for checking many files. */
export class Allowances {
  /** The allowances in their original order, for passing them to a thread. */
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
   * Returns the findings of a file that no allowance covers.
   * @param file `path` is null when unknown: then only allowances by digest apply
   */
  remaining(
    file: { digest: string; path: string | null },
    findings: readonly SecretFinding[],
  ): SecretFinding[] {
    const { digest, path } = file;
    if (findings.length === 0) return [];
    const applicable = [
      ...(this.#digests.get(digest) ?? []),
      ...this.#paths
        .filter(({ pattern }) => path !== null && pattern.test(path))
        .map(({ allowance }) => allowance),
    ];
    return findings.filter(({ kind }) => !applicable.some((one) => one.kind === null || one.kind === kind));
  }
}
