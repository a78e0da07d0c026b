import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Attack, Target } from '../../attacks/one-caller/attack.js';
import { OTHER, prepareWorld, RARELY_LIMITED } from '../../attacks/one-caller/world.js';
import { type StartedProcess, startProcess } from '../../support/clean-up.js';
import { runFixtures } from '../../support/fixtures-command.js';
import { makeFolder } from '../../support/folder.js';
import { startPostgres } from '../../support/postgres.js';
import { startRegistry, type TestRegistry } from '../../support/registry.js';
import { childWith, watchMemory } from '../memory/resident-memory.js';
import type { DatabaseKind } from '../options.js';
import { type Measured, PATIENCE } from './measured.js';

/** Recordings of the attacked repository. */
const RECORDINGS = 300;

/** Milliseconds in which an attack gets under way, or has stopped the registry before it reports anything. */
const UNDER_WAY = 10_000;

/** Pulls at least, also when they outlast the attack's time. */
const LEAST_PULLS = 3;

export interface AttackRun {
  /** Null: nobody attacks. */
  attack: Attack | null;
  database: DatabaseKind;
  /** Root of the checkout whose build is attacked. */
  root: string;
  /** Seconds for which the other caller pulls. */
  seconds: number;
  /** The compiled `clients/attacker.ts`. */
  attacker: string;
}

/**
 * Attacks a new registry on a new database, and has another caller pull another repository again and again by
 * `fixtures pull` of this checkout, each time into an empty folder.
 */
export async function measureAttack(run: AttackRun): Promise<Omit<Measured, 'attack' | 'build'>> {
  const { attack, database } = run;
  const postgres = database === 'postgres' ? await startPostgres() : null;
  try {
    await using registry = await startRegistry({
      root: run.root,
      environment: RARELY_LIMITED,
      ...(postgres ? { postgresUrl: postgres.url } : {}),
    });
    const world = await prepareWorld(registry, RECORDINGS);
    await attack?.prepare?.(registry);
    // The memory of the process is that of the attack, not of what prepared it.
    await registry.stop();
    await registry.restart();
    const watch = watchMemory(await childWith('fixture-registry.js serve'));
    const attacking = attack ? await startAttack(run.attacker, attack, world.target) : null;
    const pulls = await pullAgain(registry, world.otherToken, run.seconds);
    watch.end();
    const isOver = attacking !== null && attacking.exitCode !== null;
    attacking?.kill('SIGKILL');
    // A registry whose thread is busy does not stop by itself soon.
    await registry.kill();
    if (isOver) throw new Error(`the attacker ended by itself: ${attack?.name}`);
    return { database, ...pulls, memory: watch.most() };
  } finally {
    await postgres?.stop();
  }
}

/**
 * Starts the attacker as a process, so that its work does not delay the clock. Resolves when it is under way.
 */
async function startAttack(program: string, attack: Attack, target: Target): Promise<StartedProcess> {
  const words = [program, attack.name, target.url, target.reader, target.writer];
  const child = startProcess(process.execPath, words, { cwd: process.cwd() });
  child.stderr.pipe(process.stderr);
  await Promise.race([once(child.stdout, 'data'), sleep(UNDER_WAY)]);
  return child;
}

async function pullAgain(
  registry: TestRegistry,
  token: string,
  seconds: number,
): Promise<Pick<Measured, 'ended' | 'slowest' | 'pulls'>> {
  const begun = performance.now();
  let slowest = 0;
  for (let pulls = 1; ; pulls++) {
    await using folder = await makeFolder();
    const started = performance.now();
    const signal = AbortSignal.timeout(PATIENCE * 1_000);
    const { status } = await runFixtures({ registry, repository: OTHER, token }, folder, ['pull'], signal);
    const took = (performance.now() - started) / 1_000;
    slowest = Math.max(slowest, took);
    if (signal.aborted) return { ended: 'given up', slowest, pulls };
    if (status !== 0) return { ended: 'failed', slowest: took, pulls };
    const isEnough = pulls >= LEAST_PULLS && performance.now() - begun > seconds * 1_000;
    if (isEnough) return { ended: 'pulled', slowest, pulls };
  }
}
