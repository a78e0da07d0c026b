/** Why this is not the full name of a git commit; null when it is (sha1 or sha256). */
export function refusedCommit(commit: string): string | null {
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(commit)
    ? null
    : `"${commit.slice(0, 80)}" is not a full commit id: it needs all 40 (or 64) lower-case hex digits`;
}
