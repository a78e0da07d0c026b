// What a registry spends on a cold pull that it sends itself, and on one that it only tells addresses for:
//   npm run bench:presigned -- [rounds]
// The bucket is a small server in this process: what it takes, and how long a client waits, means nothing
// here.

import { runFixtures } from '../support/fixtures-command.js';
import { startObjectStorage } from '../support/object-storage.js';
import { startPostgres } from '../support/postgres.js';
import { createDatabase, startRegistry, type TestRegistry } from '../support/registry.js';
import { generateCorpus } from './corpus/generate.js';

const ROUNDS = Number(process.argv[2] ?? 8);
/** Milliseconds until an answer is in the registry's own count. */
const SETTLED = 250;
const REPOSITORY = 'acme/bench';

interface Spent {
  milliseconds: number;
  bytes: number;
}

await using corpus = await generateCorpus();
await using storage = await startObjectStorage();
const postgres = await startPostgres();
const registry = await startRegistry({
  environment: {
    ...storage.environment,
    FIXTURE_REGISTRY_S3_TIMEOUT: '30',
    FIXTURE_REGISTRY_CONTENT_PRESIGN: '3600',
    DATABASE_URL: await createDatabase(postgres.url),
  },
});
try {
  const words = ['push', '--branch', 'main', '--paths', '**'];
  const pushed = await runFixtures({ registry, repository: REPOSITORY }, { path: corpus.folder }, words);
  if (pushed.status !== 0) throw new Error(`the push failed: ${pushed.stderr}`);
  const digests = [...new Set(corpus.files.map(({ digest }) => digest))];
  const found: Record<'bytes' | 'addresses', Spent[]> = { bytes: [], addresses: [] };
  for (let round = 0; round < ROUNDS; round++) {
    found.bytes.push(await spentOn(registry, digests, false));
    found.addresses.push(await spentOn(registry, digests, true));
  }
  console.log(
    `${digests.length} contents in ${(await storage.keys()).length} objects, ${ROUNDS} rounds in turn`,
  );
  for (const [what, spent] of Object.entries(found)) {
    const times = spent.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
    const median = times[Math.floor(times.length / 2)] ?? Number.NaN;
    console.log(
      `${what}: ${median.toFixed(0)} ms of the registry's CPU (${times[0]?.toFixed(0)}-${times.at(-1)?.toFixed(0)}), ${spent[0]?.bytes} bytes sent`,
    );
  }
} finally {
  await registry[Symbol.asyncDispose]();
  await postgres.stop();
}

async function spentOn(at: TestRegistry, digests: string[], addresses: boolean): Promise<Spent> {
  const before = await processorSeconds(at);
  const response = await fetch(`${at.url}/-/${REPOSITORY}/content`, {
    method: 'POST',
    headers: { authorization: `Bearer ${at.adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ digests, blocks: true, addresses }),
  });
  if (!response.ok) throw new Error(`download: ${response.status} ${await response.text()}`);
  const bytes = (await response.arrayBuffer()).byteLength;
  await new Promise((resolve) => setTimeout(resolve, SETTLED));
  return { milliseconds: 1_000 * ((await processorSeconds(at)) - before), bytes };
}

async function processorSeconds(at: TestRegistry): Promise<number> {
  const metrics = await (await fetch(`${at.url}/metrics`)).text();
  return Number(/^process_cpu_seconds_total (\S+)$/m.exec(metrics)?.[1]);
}
