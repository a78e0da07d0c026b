import { execute } from './contestants/commands.js';
import { compileClient } from './contestants/compile-client.js';
import { STEADY } from './contestants/registry-contents.js';
import { median } from './measure.js';
import type { DatabaseKind } from './options.js';
import { readMetrics } from './registry-metrics.js';
import type { BenchRegistry, World } from './world.js';

/** What many clients at once get from one process. */
export interface Concurrency {
  database: DatabaseKind;
  clients: number;
  /** Seconds of one client alone. */
  alone: number;
  /** Pulls in a second, of all clients together, against one alone. */
  throughput: number;
  /** The slowest client against the one in the middle. */
  slowest: number;
  /** Seconds that all took together. */
  all: number;
  /** Seconds by which the registry's event loop came late in one of a hundred turns. */
  loopDelay: number;
}

const CLIENTS = 50;
/** A client that only reads needs little, but fifty in one process would wait for each other. */
const PROCESSES = 2;

/** Lets fifty light clients pull everything at once, and one alone before and after them. */
export async function measureConcurrency(world: World): Promise<Concurrency[]> {
  const program = await compileClient(world.place('many-pulls'), 'many-pulls');
  const measured: Concurrency[] = [];
  for (const one of world.registries) measured.push(await measureOne(one, program));
  return measured;
}

async function measureOne({ database, registry }: BenchRegistry, program: string): Promise<Concurrency> {
  const { url, adminToken } = registry;
  const pulls = async (clients: number): Promise<number[]> => {
    const words = [program, url, adminToken, ...STEADY.split('/'), String(clients)];
    return JSON.parse(await execute(process.execPath, words)) as number[];
  };
  const loopDelay = async () => {
    const name = 'nodejs_eventloop_lag_p99_seconds';
    return (await readMetrics(url, [name]))[name];
  };
  const alone: number[] = [];
  const before = async () => alone.push(...(await pulls(1)));
  for (let times = 0; times < 4; times++) await before();
  // Reading it begins a new time to measure.
  await loopDelay();
  const started = performance.now();
  const all = await Promise.all(Array.from({ length: PROCESSES }, () => pulls(CLIENTS / PROCESSES)));
  const seconds = (performance.now() - started) / 1_000;
  const delay = await loopDelay();
  for (let times = 0; times < 3; times++) await before();
  const each = all.flat();
  return {
    database,
    clients: CLIENTS,
    alone: median(alone.slice(1)),
    throughput: CLIENTS / Math.max(...each) / (1 / median(alone.slice(1))),
    slowest: Math.max(...each) / median(each),
    all: seconds,
    loopDelay: delay,
  };
}
