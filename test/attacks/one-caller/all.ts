import type { Attack } from './attack.js';
import { costlyQueries } from './costly-queries.js';
import { heldConnections } from './held-connections.js';
import { largeBodies } from './large-bodies.js';
import { refusedRequests } from './refused-requests.js';

/** How large the attacks are whose cost grows with their size. */
export interface Sizes {
  /** Empty lists in the variables of one request. */
  lists: number;
  /** Paths of one push whose contents are absent. */
  absentPaths: number;
  /** Files of a large plan. */
  planFiles: number;
  /** Slow readers at the same time, and files of 4.8 MB in the archive. */
  takers: number;
  noiseFiles: number;
  /** Connections of one address; a registry accepts 5,000 of all addresses. */
  connections: number;
}

/** The sizes of the security review. */
export const REVIEWED: Sizes = {
  lists: 20_000_000,
  absentPaths: 199_000,
  planFiles: 2_000,
  takers: 400,
  noiseFiles: 6,
  connections: 5_200,
};

/** Just large enough to reach the bounds. */
export const SMALL: Sizes = {
  lists: 5_000_000,
  absentPaths: 20_000,
  planFiles: 500,
  takers: 40,
  noiseFiles: 3,
  connections: 5_200,
};

/** Every attack with which one caller can keep other callers from the registry. */
export function attacksOf(sizes: Sizes): Attack[] {
  return [...costlyQueries(sizes), ...largeBodies(sizes), ...refusedRequests(), ...heldConnections(sizes)];
}
