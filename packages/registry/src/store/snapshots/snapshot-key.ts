/** One ref at one of its versions. */
export interface Layer {
  refId: number;
  version: number;
}

/** A layer as the database holds it. */
export interface SealedLayer extends Layer {
  /** Random, made with the snapshot: numbers repeat after a restore or in a new database, seals do not. */
  seal: string;
}

/**
 * Names an immutable state that the database holds. The layers are ordered from the top: a pull request's own, then its base's at
 * the version that it lies over, and so on. A path is what the first layer that knows it says. Without layers it is the empty state.
 */
export interface SnapshotKey {
  repositoryId: number;
  layers: SealedLayer[];
}

/**
 * What an id says of a state; whether the database holds it is for `resolveSnapshot` to find out. Ids of earlier releases have no
 * seals: they name a state by its numbers and prove nothing.
 */
export interface SnapshotName {
  repositoryId: number;
  layers: (Layer & { seal: string | null })[];
}

/** The key as text, for ids: `5:12.3-9f2c1ab34d5e,7.41-0b7d6e5f4a3c`. */
export function encodeSnapshotKey(key: SnapshotName): string {
  const layers = key.layers.map(
    ({ refId, version, seal }) => `${refId}.${version}${seal === null ? '' : `-${seal}`}`,
  );
  return `${key.repositoryId}:${layers.join(',')}`;
}

const LAYER = String.raw`\d{1,15}\.\d{1,9}(?:-[0-9a-f]{12})?`;
const KEY = new RegExp(`^(\\d{1,15}):((?:${LAYER}(?:,${LAYER}){0,7})?)$`);

/** Reads a key's text, also one without seals; null when it is not one. */
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

/** Whether the name proves that it means this very state: each layer has the same seal. */
export function sameSnapshot(name: SnapshotName, key: SnapshotKey): boolean {
  return encodeSnapshotKey(name) === encodeSnapshotKey(key);
}

/** Whether the name means this state: the same layers, and the same seals where it has them. */
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
