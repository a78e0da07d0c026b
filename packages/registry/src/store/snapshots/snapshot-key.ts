/** A version of a ref. */
export interface Layer {
  refId: number;
  version: number;
}

/** A stored layer. */
export interface SealedLayer extends Layer {
  /** Random, created with the snapshot: after a restore or in a new database numbers repeat, seals do not. */
  seal: string;
}

/**
 * The key of a stored, immutable snapshot. The layers are ordered from the top: a pull request's own layer,
 * then its base at a version, and so on. The first layer with an entry for a path decides. Without layers it
 * is the empty state.
 */
export interface SnapshotKey {
  repositoryId: number;
  layers: SealedLayer[];
}

/**
 * A decoded snapshot id, which is untrusted: `resolveSnapshot` checks it against the database. Ids of earlier
 * releases have no seals: they name a snapshot by numbers only, which may mean another state after a restore.
 */
export interface SnapshotName {
  repositoryId: number;
  layers: (Layer & { seal: string | null })[];
}

/** Encodes a key for ids: `5:12.3-9f2c1ab34d5e,7.41-0b7d6e5f4a3c`. */
export function encodeSnapshotKey(key: SnapshotName): string {
  const layers = key.layers.map(
    ({ refId, version, seal }) => `${refId}.${version}${seal === null ? '' : `-${seal}`}`,
  );
  return `${key.repositoryId}:${layers.join(',')}`;
}

const LAYER = String.raw`\d{1,15}\.\d{1,9}(?:-[0-9a-f]{12})?`;
const KEY = new RegExp(`^(\\d{1,15}):((?:${LAYER}(?:,${LAYER}){0,7})?)$`);

/** Decodes the text of a key, with or without seals; null when it is invalid. */
export function decodeSnapshotKey(text: string): SnapshotName | null {
  const match = KEY.exec(text);
  if (!match) return null;
  const layers = (match[2] ?? '')
    .split(',')
    .filter((part) => part !== '')
    .map((part) => {
      const [numbers, seal = null] = part.split('-');
      const [refId, version] = (numbers ?? '').split('.').map(Number);
      return { refId: refId ?? 0, version: version ?? 0, seal };
    });
  return { repositoryId: Number(match[1]), layers };
}

/** Whether the name proves that it means this snapshot: all layers have the same seals. */
export function sameSnapshot(name: SnapshotName, key: SnapshotKey): boolean {
  return encodeSnapshotKey(name) === encodeSnapshotKey(key);
}

/** Whether the name means this snapshot: the same layers, and the same seals where the name has them. */
export function means(name: SnapshotName, key: SnapshotKey): boolean {
  return (
    name.repositoryId === key.repositoryId &&
    name.layers.length === key.layers.length &&
    name.layers.every((layer, depth) => isLayer(layer, key.layers[depth]))
  );
}

/** Whether a layer of a name means this one. */
export function isLayer(
  named: SnapshotName['layers'][number] | undefined,
  layer: SealedLayer | undefined,
): boolean {
  return (
    named !== undefined &&
    named.refId === layer?.refId &&
    named.version === layer.version &&
    (named.seal === null || named.seal === layer.seal)
  );
}
