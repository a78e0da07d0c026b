/** Returns why a text is not a full git commit id (sha1 or sha256); null when it is one. */
export function refusedCommit(commit: string): string | null {
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(commit)
    ? null
    : `"${commit.slice(0, 80)}" is not a full commit id: it must have all 40 (or 64) lower-case hex digits`;
}
