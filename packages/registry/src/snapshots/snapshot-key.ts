/** One ref at one of its versions. */
export interface Layer {
  refId: number;
  version: number;
}

/**
 * Names an immutable state. The layers stand top first: a pull request's own, then its base's at the version where it
 * stands, and so on. A path is what the first layer that knows it says. Without layers it is the empty state.
 */
export interface SnapshotKey {
  repositoryId: number;
  layers: Layer[];
}

/** The key as text, for ids: `5:12.3,7.41`. */
export function encodeSnapshotKey(key: SnapshotKey): string {
  return `${key.repositoryId}:${key.layers.map((layer) => `${layer.refId}.${layer.version}`).join(',')}`;
}

/** Reads a key's text; null when it is not one. */
export function decodeSnapshotKey(text: string): SnapshotKey | null {
  const match = /^(\d{1,15}):((?:\d{1,15}\.\d{1,9}(?:,\d{1,15}\.\d{1,9}){0,7})?)$/.exec(text);
  if (!match) return null;
  const layers = (match[2] ?? '')
    .split(',')
    .filter((part) => part !== '')
    .map((part) => {
      const [refId, version] = part.split('.').map(Number);
      return { refId: refId ?? 0, version: version ?? 0 };
    });
  return { repositoryId: Number(match[1]), layers };
}

export function sameSnapshot(a: SnapshotKey, b: SnapshotKey): boolean {
  return encodeSnapshotKey(a) === encodeSnapshotKey(b);
}
