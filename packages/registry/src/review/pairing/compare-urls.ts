import type { DriftLevel } from '../../vocabulary/level.js';
import type { Exchange } from '../../vocabulary/recording.js';
import { code, listing } from '../../vocabulary/words.js';
import { maskGenerated } from '../differences/generated-values.js';
import { callName, callUrl, maskPath } from './call-urls.js';

/** How the URL of a call differs. */
export interface UrlChange {
  level: DriftLevel;
  /** With names and values between backticks. */
  words: string;
}

const VERSION = /^v\d+(?:(?:alpha|beta|rc)\d*)?$/;
const REGION = /^(?:global|us|eu|ap|[a-z]{2,}-(?:gov-)?[a-z]+-?\d)$/;
/** What a segment of a path names, by the segment before it. */
const NAMED_BY: Readonly<Record<string, string>> = {
  models: 'model',
  model: 'model',
  deployments: 'model',
  locations: 'region',
  projects: 'project',
};

/**
 * Compares the URLs of one call; null for URLs that a recorder matches. The same call for another model, region, project
 * or version of the API is `METADATA`: the response says what a test sees. A call of another API is `BEHAVIOUR`.
 */
export function compareUrls(from: Exchange, to: Exchange): UrlChange | null {
  if (from.key === to.key) return null;
  const [a, b] = [callUrl(from.url), callUrl(to.url)];
  const parts = [...hostParts(a.host, b.host), ...pathParts(a.path, b.path)];
  if (from.method !== to.method || parts.includes(null)) {
    const words = `request goes to ${code(callName(to), 120)} instead of ${code(callName(from), 120)}`;
    return { level: 'BEHAVIOUR', words };
  }
  const named = [...new Set(parts.filter((part) => part !== null))];
  named.push(...queryParts(a.query, b.query));
  if (named.length === 0) return { level: 'COSMETIC', words: 'ids in the URL' };
  return { level: 'METADATA', words: listing(named, 3) };
}

/** The words for each part of the host that differs; null for one that makes it another service. */
function hostParts(a: string, b: string): (string | null)[] {
  if (a === b) return [];
  const [x, y] = [a, b].map((host) => host.split(/\.|-(?=aiplatform\.)/)) as [string[], string[]];
  if (x.length !== y.length) return [null];
  return x.flatMap((label, index) => {
    const other = y[index] ?? '';
    if (label === other) return [];
    return REGION.test(label) && REGION.test(other) ? [changed('region', label, other)] : [null];
  });
}

function pathParts(a: string, b: string): (string | null)[] {
  const [x, y] = [segments(a), segments(b)];
  if (x.length !== y.length) return [null];
  return x.flatMap((segment, index) => {
    const other = y[index] ?? '';
    if (maskPath(`/${segment}`) === maskPath(`/${other}`)) return [];
    const name = NAMED_BY[x[index - 1] ?? ''];
    if (name !== undefined && x[index - 1] === y[index - 1]) return [changed(name, segment, other)];
    return VERSION.test(segment) && VERSION.test(other) ? [changed('API version', segment, other)] : [null];
  });
}

function segments(path: string): string[] {
  return path.split(/[/:]/).map((segment) => {
    try {
      return decodeURIComponent(segment);
    } catch {
      return segment;
    }
  });
}

function changed(name: string, from: string, to: string): string {
  return `${name} in the URL ${code(from)} → ${code(to)}`;
}

/** The parameters that differ, by name: their values may be long, or keys. */
function queryParts(a: string, b: string): string[] {
  const [x, y] = [parameters(a), parameters(b)];
  const names = [...new Set([...x.keys(), ...y.keys()])].filter((name) => x.get(name) !== y.get(name));
  const verb = (name: string) => (!x.has(name) ? 'added' : y.has(name) ? 'changed' : 'removed');
  return names.map((name) => `${code(name)} ${verb(name)} in the query of the URL`);
}

/** Values by name, without what is generated; several values of one name are joined. */
function parameters(query: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const part of query.split('&').filter((text) => text !== '')) {
    const [name = '', ...value] = part.split('=');
    found.set(name, `${found.get(name) ?? ''}=${maskGenerated(value.join('='))}`);
  }
  return found;
}
