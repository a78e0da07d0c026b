import type { Connection } from '../registry/connection.js';

/** The path of a repository's content route, for downloads (`POST`) and uploads (`PUT`). */
export function contentPath({ repository: { owner, name } }: Connection): string {
  return `/-/${encodeURIComponent(owner)}/${encodeURIComponent(name)}/content`;
}
