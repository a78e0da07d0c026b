import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection, SnapshotSummary, Target } from '@fixture-registry/client';
import { sql } from 'drizzle-orm';
import { connect } from '../../packages/registry/dist/database/connect.js';
import { type Folder, makeFolder } from '../support/folder.js';
import { ownerAndName } from '../support/push-files.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { CheckoutTruth } from './checkout-truth.js';
import { Contents } from './contents.js';
import { type Files, isPullRequest, RegistryTruth } from './registry-truth.js';
import { CLIENTS, type Place } from './steps.js';

/** A client with its own folder and token. */
export interface Client {
  folder: string;
  truth: CheckoutTruth;
  token: { text: string; id: number };
}

/** An acknowledged snapshot with its files at that time. */
export interface Acknowledged {
  id: string;
  files: Files;
}

/** Starts a registry that treats all contents as old, so that gc removes every unreferenced one. */
export async function startAgedRegistry(postgresUrl: string | null): Promise<TestRegistry> {
  const registry = await startRegistry({
    ...(postgresUrl === null ? {} : { postgresUrl }),
    environment: { FIXTURE_REGISTRY_RATE_LIMIT: '0' },
  });
  await registry.stop();
  const directory = registry.environment['FIXTURE_REGISTRY_DATA'] as string;
  const place = registry.databaseUrl === null ? { directory } : { url: registry.databaseUrl };
  const connection = await connect(place, () => {});
  const aged = sql`alter table contents alter column created_at set default now() - interval '2 days'`;
  await connection.db.execute(aged);
  await connection.close();
  await registry.restart();
  return registry;
}

/** A repository of a real registry with its clients, and the model of its expected state. */
export class Reality implements AsyncDisposable {
  readonly registry: TestRegistry;
  readonly repository: string;
  readonly folder: Folder;
  readonly truth = new RegistryTruth();
  readonly contents = new Contents();
  readonly clients: Client[] = [];
  /** In the order of their first acknowledgement. */
  readonly acknowledged: Acknowledged[] = [];
  readonly #byId = new Map<string, Files>();
  #back: Promise<void> = Promise.resolve();

  private constructor(registry: TestRegistry, repository: string, folder: Folder) {
    this.registry = registry;
    this.repository = repository;
    this.folder = folder;
  }

  static async make(registry: TestRegistry, repository: string): Promise<Reality> {
    const reality = new Reality(registry, repository, await makeFolder());
    for (let number = 0; number < CLIENTS; number++) {
      const folder = join(reality.folder.path, `client-${number}`);
      await mkdir(folder);
      reality.clients.push({ folder, truth: new CheckoutTruth(), token: await reality.newToken() });
    }
    return reality;
  }

  client(number: number): Client {
    return this.clients[number % this.clients.length] as Client;
  }

  connection({ token }: Pick<Client, 'token'>): Connection {
    return {
      registry: this.registry.url,
      token: token.text,
      repository: ownerAndName(this.repository),
      userAgent: 'model/1',
      log: () => {},
      // A client retries until the registry is back.
      wait: () => this.#back,
    };
  }

  async newToken(): Promise<Client['token']> {
    const { createToken } = await this.registry.ask<{ createToken: { token: string; tokenId: number } }>(
      `mutation ($input: CreateTokenInput!) { createToken(input: $input) { ... on NewToken { token tokenId } } }`,
      { input: { ...ownerAndName(this.repository), scope: 'WRITE' } },
    );
    return { text: createToken.token, id: createToken.tokenId };
  }

  /** Empties a client's folder. */
  async renew(client: Client): Promise<void> {
    await rm(client.folder, { recursive: true });
    await mkdir(client.folder);
    client.truth = new CheckoutTruth();
  }

  /** Stops or kills the registry and starts it again; clients wait for it. */
  async restart(how: 'kill' | 'stop', meanwhile: () => Promise<void> = async () => {}): Promise<void> {
    this.#back = (async () => {
      if (how === 'kill') await this.registry.kill();
      else await this.registry.stop();
      await meanwhile();
      await this.registry.restart();
    })();
    await this.#back;
  }

  /** Records the files of a snapshot id; the id must name the same files for ever. */
  acknowledge({ id, recordingCount }: Pick<SnapshotSummary, 'id' | 'recordingCount'>, files: Files): void {
    same(`the number of recordings of ${id}`, recordingCount, files.size);
    const known = this.#byId.get(id);
    if (known) same(`what ${id} names`, files, known);
    else {
      this.#byId.set(id, files);
      this.acknowledged.push({ id, files });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.folder[Symbol.asyncDispose]();
  }
}

/** The client's options for a ref. */
export function targetOf({ ref, base }: Place): Target {
  if (!isPullRequest(ref)) return { branch: ref };
  return { pullRequest: Number(ref.slice('pull/'.length)), ...(base !== undefined && { base }) };
}

/** A difference between the registry and the model. */
export class Disagreement extends Error {
  override readonly name = 'Disagreement';
}

/** @throws Disagreement */
export function same(what: string, found: unknown, expected: unknown): void {
  const [told, wanted] = [inOrder(found), inOrder(expected)];
  if (told === wanted) return;
  throw new Disagreement(`${what}:\n  registry and client: ${told}\n  model: ${wanted}`);
}

/** Values as text, without the order of maps and keys. */
function inOrder(value: unknown): string {
  return JSON.stringify(value, (_, each) => {
    if (each instanceof Map) return inOrder(Object.fromEntries(each));
    if (typeof each !== 'object' || each === null || Array.isArray(each)) return each;
    return Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
