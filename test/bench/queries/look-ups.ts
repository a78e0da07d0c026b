import { fileURLToPath } from 'node:url';
import type { TestRegistry } from '../../support/registry.js';
import { execute } from '../contestants/commands.js';
import { type FilledRepository, questionsOf } from './fill-repositories.js';

/** What one process of the registry gives to many who ask for one recording each. */
export interface LookUps {
  connections: number;
  perSecond: number;
  /** Seconds */
  p50: number;
  p99: number;
}

const CONNECTIONS = 32;
const SECONDS = 8;

const QUERY = `query ($owner: String!, $name: String!, $filter: RecordingFilter!) {
  repository(owner: $owner, name: $name) {
    recordings(filter: $filter, first: 1) { nodes { path digest size testId model } }
  }
}`;

/** Asks for one recording by its hash, as fast as answers come, from a process of its own (autocannon). */
export async function measureLookUps(registry: TestRegistry, repository: FilledRepository): Promise<LookUps> {
  const [hash] = await questionsOf(registry.sql, repository, 'hash', 1);
  const { owner, name } = repository;
  const body = JSON.stringify({ query: QUERY, variables: { owner, name, filter: { hash } } });
  const autocannon = fileURLToPath(import.meta.resolve('autocannon'));
  const load = (seconds: number) =>
    execute(process.execPath, [
      ...[autocannon, '--json', '--connections', String(CONNECTIONS), '--duration', String(seconds)],
      ...['--method', 'POST', '--body', body, '--headers', 'content-type=application/json'],
      ...['--headers', `authorization=Bearer ${registry.adminToken}`, `${registry.url}/graphql`],
    ]);
  await load(2);
  const found = JSON.parse(await load(SECONDS)) as {
    requests: { average: number };
    latency: { p50: number; p99: number };
    non2xx: number;
    errors: number;
  };
  if (found.non2xx + found.errors > 0) throw new Error(`${found.non2xx + found.errors} look-ups failed`);
  return {
    connections: CONNECTIONS,
    perSecond: found.requests.average,
    p50: found.latency.p50 / 1_000,
    p99: found.latency.p99 / 1_000,
  };
}
