import type { SnapshotSummary } from '@fixture-registry/client';
import { describeBranchName } from '@fixture-registry/protocol';
import { inlineCode } from '../runner/escape-markdown.js';
import type { Target } from './event-target.js';

/** The baseline that a run is compared with, and why the registry chose it, in one line. Pure. */
export function describeBaseline({
  baseline,
  baselineReason,
}: {
  baseline: SnapshotSummary | null;
  baselineReason: string;
}): string {
  if (baseline === null) return `Baseline: none (${baselineReason})`;
  return `Baseline: ${describeSnapshot(baseline)}: ${baselineReason}`;
}

/** A snapshot, for example: `main` at version 3 (commit `1a2b3c4d5e6f`). */
function describeSnapshot({ branch, pullRequest, version, commit }: SnapshotSummary): string {
  const name = inlineCode(branch == null ? `pull/${pullRequest}` : describeBranchName(branch));
  return `${name} at version ${version}${commit === null ? '' : ` (commit \`${commit.slice(0, 12)}\`)`}`;
}

/** A branch or pull request in markdown, for example: pull request #3 into `main`. Pure. */
export function describeTarget(target: Target | null): string {
  if (target === null) return 'the default branch';
  return 'branch' in target
    ? inlineCode(describeBranchName(target.branch))
    : `pull request #${target.pullRequest} into ${inlineCode(describeBranchName(target.base))}`;
}
