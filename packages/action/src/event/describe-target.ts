import type { SnapshotSummary } from '@fixture-registry/client';
import { describeBranchName } from '@fixture-registry/protocol';
import { inlineCode } from '../runner/escape-markdown.js';
import type { Target } from './event-target.js';

/** What a run is compared with, and why, in one line. */
export function describeBaseline(about: {
  baseline: SnapshotSummary | null;
  baselineReason: string;
}): string {
  const { baseline, baselineReason } = about;
  if (baseline === null) return `Baseline: none (${baselineReason})`;
  return `Baseline: ${describeSnapshot(baseline)}: ${baselineReason}`;
}

/** A snapshot as a person reads it, such as `main` at version 3 (commit `1a2b3c4d5e6f`). */
function describeSnapshot({ branch, pullRequest, version, commit }: SnapshotSummary): string {
  const name = inlineCode(branch == null ? `pull/${pullRequest}` : describeBranchName(branch));
  return `${name} at version ${version}${commit === null ? '' : ` (commit \`${commit.slice(0, 12)}\`)`}`;
}

export function describeTarget(target: Target | null): string {
  if (target === null) return 'the default branch';
  return 'branch' in target
    ? inlineCode(describeBranchName(target.branch))
    : `pull request #${target.pullRequest} over ${inlineCode(describeBranchName(target.base))}`;
}
