import { cp } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { run } from '../support/process.js';
import { STEADY } from './contestants/registry-contents.js';
import { recordAnew, spread } from './corpus/change.js';
import type { CorpusFile } from './corpus/corpus.js';
import { median } from './measure.js';
import type { DatabaseKind } from './options.js';
import type { World } from './world.js';

const FIXTURES = fileURLToPath(new URL('../../packages/cli/bin/fixtures.js', import.meta.url));
const CHANGED = 300;
/** Above every pull request that another contestant is about. */
const FIRST_PULL_REQUEST = 1_001;
/** Both sides of all pairs together. */
const BYTES = 20 * 1024 * 1024;

export interface DriftReportTime {
  database: DatabaseKind;
  changed: number;
  /** Bytes of both sides */
  bytes: number;
  /** Seconds from the question to the whole report, in each round. */
  seconds: number[];
  median: number;
}

/**
 * Times the first report of a pull request that recorded 300 calls anew: nobody has asked for it before, so
 * nothing is remembered.
 */
export async function measureDriftReports(world: World, rounds: number): Promise<DriftReportTime[]> {
  const files = ofSize(world.corpus.files);
  const measured: DriftReportTime[] = [];
  for (const { database, registry } of world.registries) {
    const folder = world.place('drift');
    await cp(world.corpus.folder, folder, { recursive: true });
    const [owner = '', name = ''] = STEADY.split('/');
    const seconds: number[] = [];
    for (let round = 1; round <= rounds; round++) {
      await recordAnew(folder, files, round);
      const pullRequest = FIRST_PULL_REQUEST + round;
      await pushPullRequest(folder, pullRequest, registry);
      const started = performance.now();
      const { repository } = await registry.ask<Answer>(REPORT, { owner, name, pullRequest });
      seconds.push((performance.now() - started) / 1_000);
      const { changed } = repository.drift.summary;
      if (changed !== files.length) throw new Error(`the report tells of ${changed} changed recordings`);
    }
    const bytes = 2 * files.reduce((sum, { size }) => sum + size, 0);
    measured.push({ database, changed: files.length, bytes, seconds, median: median(seconds) });
  }
  return measured;
}

type Answer = { repository: { drift: { summary: { changed: number }; markdown: string } } };
const REPORT = `query ($owner: String!, $name: String!, $pullRequest: Int!) {
  repository(owner: $owner, name: $name) { drift(pullRequest: $pullRequest) { summary { changed } markdown } }
}`;

/**
 * 300 files spread over all sizes, without as many of the smallest (or the largest) as brings them to about
 * 20 MB.
 */
function ofSize(all: CorpusFile[]): CorpusFile[] {
  const bySize = [...all].sort((a, b) => a.size - b.size);
  const sum = (files: CorpusFile[]) => files.reduce((bytes, { size }) => bytes + size, 0);
  const tooLarge = 2 * sum(spread(bySize, CHANGED)) > BYTES;
  for (let left = bySize.length; left > CHANGED; left -= 20) {
    const chosen = spread(tooLarge ? bySize.slice(0, left) : bySize.slice(-left), CHANGED);
    if (tooLarge ? 2 * sum(chosen) <= BYTES : 2 * sum(chosen) >= BYTES) return chosen;
  }
  return spread(bySize, CHANGED);
}

async function pushPullRequest(
  folder: string,
  number: number,
  registry: { url: string; adminToken: string },
): Promise<void> {
  const words = ['push', '--pull-request', String(number), '--base', 'main', '--paths', '**/*.json'];
  const ended = await run(process.execPath, [FIXTURES, ...words], {
    cwd: folder,
    env: {
      FIXTURE_REGISTRY_URL: registry.url,
      FIXTURE_REGISTRY_TOKEN: registry.adminToken,
      FIXTURE_REGISTRY_REPOSITORY: STEADY,
    },
  });
  if (ended.status !== 0) throw new Error(`fixtures push ended with ${ended.status}: ${ended.stderr}`);
}
