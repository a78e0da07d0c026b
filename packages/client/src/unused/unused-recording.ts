/** A recording that the counted runs of the default branch do not read. */
export interface UnusedRecording {
  path: string;
  digest: string;
  testId: string | null;
  model: string | null;
  /** When a run of the default branch last read it, as ISO 8601; null if none ever did. */
  lastUsedAt: string | null;
  /** How many runs count since then, or since the first one that pulled it. */
  runsSince: number;
  /** Whether it has been unused for long enough to be removed. */
  isRemovable: boolean;
}

/** "last read 2026-10-02", "never read by the 41 runs that count". */
export function describeLastUse({
  lastUsedAt,
  runsSince,
}: Pick<UnusedRecording, 'lastUsedAt' | 'runsSince'>): string {
  if (lastUsedAt !== null) return `last read ${lastUsedAt.slice(0, 10)}`;
  if (runsSince === 0) return 'never read';
  if (runsSince === 1) return 'never read by the 1 run that counts';
  return `never read by the ${runsSince.toLocaleString('en-US')} runs that count`;
}

/** "path (gpt-4o, last read 2026-10-02)". */
export function describeUnused(recording: UnusedRecording): string {
  const { path, model } = recording;
  const facts = [...(model === null ? [] : [model]), describeLastUse(recording)];
  return `${path} (${facts.join(', ')})`;
}

/** "path (gpt-4o, never read by the 41 runs that count, runs read other.json)". */
export function describeSuperseded(recording: {
  path: string;
  model: string | null;
  runsSince: number;
  supersededBy: string;
}): string {
  const { path, model, runsSince, supersededBy } = recording;
  const facts = [
    ...(model === null ? [] : [model]),
    describeLastUse({ lastUsedAt: null, runsSince }),
    `runs read ${supersededBy}`,
  ];
  return `${path} (${facts.join(', ')})`;
}
