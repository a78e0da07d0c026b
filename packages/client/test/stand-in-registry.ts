import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import {
  BlockNames,
  contentIn,
  digestOf,
  LIMITS,
  type PackedContent,
  pack,
  packBlock,
  pathPattern,
  readTransfer,
  unpack,
  unpackBlock,
  writeArchive,
} from '@fixture-registry/protocol';
import type { Connection } from '../src/connection/registry/connection.js';
import { inCodePointOrder } from '../src/use/read-bitmap.js';
import type { UseReport } from '../src/use/use-report.js';

/*
 * A registry in memory with just enough behaviour for the client's tests, which can also fail on demand.
 * The behaviour of a real registry is tested with a real one.
 */

export interface Asked {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: Buffer;
  /** The variables of a GraphQL operation, or the body of a download; {} for others. */
  json: { digests?: string[] } & Record<string, unknown>;
}

/** Handles a request instead of the registry; returns false to pass it on to the registry. */
export type Fault = (asked: Asked, response: ServerResponse) => boolean | Promise<boolean>;

/** The use of recordings that a push or a report sent. */
export interface SentUse {
  ref: Record<string, unknown>;
  use: UseReport;
  /** The paths that the bitmap marks; null if it is unknown which were read. */
  read: string[] | null;
}

/** Few, so that even a small set fills several blocks. */
const CONTENTS_OF_BLOCK = 5;

interface Ref {
  version: number;
  files: Map<string, { digest: string; size: number }>;
}

export class StandInRegistry implements AsyncDisposable {
  readonly refs = new Map<string, Ref>();
  readonly contents = new Map<string, PackedContent>();
  readonly asked: Asked[] = [];
  readonly logged: string[] = [];
  readonly waited: number[] = [];
  fault: Fault = () => false;
  /** Changes a plan before it is sent. */
  editPlan: (plan: Record<string, unknown>) => void = () => undefined;
  readonly connection: Connection;
  /** Part of every snapshot's id. Changing it simulates a restore from a backup. */
  seal = '';
  /** The paths that the registry returns as newer if it does not know the `since` of a push. */
  newer: string[] = [];
  /** What pushes and reports sent of the use of recordings. */
  readonly used: SentUse[] = [];
  /** Whether the registry is of a release that does not know the use of recordings. */
  ignoresUse = false;
  readonly #planned = new Map<string, string[]>();
  readonly #server = createServer((request, response) => {
    this.#answer(request, response).catch((error: Error) => response.destroy(error));
  });

  private constructor() {
    this.connection = {
      registry: '',
      token: 'secret-token',
      repository: { owner: 'acme', name: 'tests' },
      userAgent: 'test/1',
      log: (line) => this.logged.push(line),
      wait: async (milliseconds) => {
        this.waited.push(milliseconds);
      },
    };
  }

  static async start(): Promise<StandInRegistry> {
    const registry = new StandInRegistry();
    await new Promise<void>((resolve) => registry.#server.listen(0, '127.0.0.1', resolve));
    registry.connection.registry = `http://127.0.0.1:${(registry.#server.address() as AddressInfo).port}`;
    return registry;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Sets the files of a ref, as a push of another job would. */
  hold(ref: string, files: Record<string, string | Uint8Array>): void {
    const held = new Map<string, { digest: string; size: number }>();
    for (const [path, content] of Object.entries(files)) {
      const bytes = Buffer.from(content as Uint8Array);
      const digest = digestOf(bytes);
      held.set(path, { digest, size: bytes.byteLength });
      this.contents.set(digest, pack(bytes));
    }
    this.refs.set(ref, { version: (this.refs.get(ref)?.version ?? 0) + 1, files: held });
  }

  /** The files of a ref, as text. */
  held(ref: string): Record<string, string> {
    const files = this.refs.get(ref)?.files ?? new Map<string, { digest: string }>();
    return Object.fromEntries(
      [...files].map(([path, { digest }]) => [path, this.#contentOf(digest).toString()]),
    );
  }

  /** The requests of one kind since the last call. */
  drain(url: string, method = 'POST'): Asked[] {
    const found = this.asked.filter(
      (asked) => asked.url.split('?')[0]?.endsWith(url) && asked.method === method,
    );
    this.asked.length = 0;
    return found;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const { method = '', url = '', headers } = request;
    const isJson = headers['content-type'] === 'application/json';
    const parsed = isJson ? (JSON.parse(body.toString()) as Asked['json']) : {};
    const json = (parsed['variables'] ?? parsed) as Asked['json'];
    const asked: Asked = { method, url, headers, body, json };
    this.asked.push(asked);
    if (await this.fault(asked, response)) return;
    if (url === '/graphql') {
      const text = String(parsed['query']);
      const result = this.#execute(text, json);
      response.setHeader('content-type', 'application/json').end(JSON.stringify(result));
    } else if (method === 'PUT') {
      response.end(JSON.stringify(await this.#receive(body)));
    } else {
      for await (const chunk of this.archive(json.digests ?? [])) response.write(chunk);
      response.end();
    }
  }

  #execute(text: string, json: Record<string, unknown>): unknown {
    if (!text.startsWith('mutation')) return { data: this.#plan(json) };
    const { input } = json as { input: { ref: Record<string, unknown>; use?: UseReport } };
    if (input.use !== undefined) {
      if (this.ignoresUse)
        return { errors: [{ message: 'Field "use" is not defined by type "PushInput".' }] };
      this.used.push({ ref: input.ref, use: input.use, read: this.#readPaths(input.use) });
    }
    return { data: text.startsWith('mutation ReportUse') ? this.#reported(input.ref) : this.#push(json) };
  }

  #readPaths({ snapshot, selection, recordings, read }: UseReport): string[] | null {
    const key = JSON.stringify([snapshot, selection?.paths ?? null]);
    const paths = inCodePointOrder(this.#planned.get(key) ?? []);
    if (paths.length !== recordings) throw new Error(`${key} has ${paths.length} recordings`);
    if (read === null) return null;
    const bytes = Buffer.from(read, 'base64');
    return paths.filter((_, index) => ((bytes[index >> 3] ?? 0) >> (index & 7)) & 1);
  }

  #reported(ref: Record<string, unknown>): unknown {
    const last = this.used.at(-1) as SentUse;
    const counts = ref['branch'] === 'main' && last.read !== null;
    const reason = counts ? null : last.read === null ? 'BLIND' : 'NOT_DEFAULT_BRANCH';
    const sizes = { read: last.read?.length ?? 0, recordings: last.use.recordings };
    return { reportUse: { __typename: 'UseReported', counts, reason, runs: this.used.length, ...sizes } };
  }

  /** The response to a download: blocks of a few contents and one not requested; large contents alone. */
  archive(digests: string[]): AsyncGenerator<Uint8Array> {
    const members = digests
      .filter((digest) => this.contents.has(digest))
      .map((digest) => ({ digest, bytes: this.#contentOf(digest) }));
    const large = members.filter(({ bytes }) => bytes.length > LIMITS.blockBytes / (CONTENTS_OF_BLOCK + 1));
    const small = members.filter((member) => !large.includes(member));
    const beside = Buffer.from('beside');
    const blocks = large.map((member) => packBlock([member]));
    for (let start = 0; start < small.length; start += CONTENTS_OF_BLOCK) {
      const some = small.slice(start, start + CONTENTS_OF_BLOCK);
      blocks.push(packBlock([...some, { digest: digestOf(beside), bytes: beside }]));
    }
    const names = new BlockNames();
    return writeArchive(blocks.flatMap((block) => names.entriesOf(block)));
  }

  #contentOf(digest: string): Buffer {
    return unpack(this.contents.get(digest) as PackedContent);
  }

  #plan({ ref, have, selection }: Record<string, unknown>): unknown {
    const name = refName((ref ?? { branch: 'main' }) as Record<string, unknown>);
    const held = this.refs.get(name);
    if (held === undefined) {
      return { repository: { pullPlan: { __typename: 'NotFound', message: `no ${name}` } } };
    }
    const { paths } = (selection ?? {}) as { paths?: string[] };
    const wanted = paths?.map(pathPattern);
    const unchanged = have === this.#snapshotOf(name, held).id;
    const files = Array.from(held.files, ([path, file]) => ({ path, ...file }));
    const plan = {
      __typename: 'PullPlan',
      snapshot: this.#snapshotOf(name, held),
      baseline: null,
      baselineReason: 'none is needed',
      unchanged,
      knowsHave: have == null ? null : this.#knows(have),
      purged: [] as { path: string }[],
      files: unchanged
        ? []
        : files.filter(({ path }) => wanted?.some((pattern) => pattern.test(path)) ?? true),
    };
    this.editPlan(plan);
    // The paths of an unchanged snapshot are not sent, but its use is reported all the same.
    const selected = files.filter(({ path }) => wanted?.some((pattern) => pattern.test(path)) ?? true);
    const planned = new Set([...selected, ...plan.purged].map(({ path }) => path));
    this.#planned.set(JSON.stringify([plan.snapshot.id, paths ?? null]), [...planned]);
    return { repository: { pullPlan: plan } };
  }

  #push({ input }: Record<string, unknown>): unknown {
    const { ref, add, remove, since } = input as {
      ref: Record<string, unknown>;
      since?: string;
      add: { path: string; digest: string; size: number }[];
      remove: string[];
    };
    if (since !== undefined && !this.#knows(since)) {
      return { push: { __typename: 'SinceUnknown', message: 'unknown', newer: this.newer } };
    }
    const missing = add.filter(({ digest }) => !this.contents.has(digest)).map(({ digest }) => digest);
    if (missing.length > 0) {
      return { push: { __typename: 'ContentMissing', message: 'missing', digests: missing } };
    }
    const name = refName(ref);
    const before = this.refs.get(name) ?? { version: 0, files: new Map() };
    const files = new Map(before.files);
    const counts = { added: 0, changed: 0, removed: 0 };
    for (const { path, digest, size } of add) {
      const old = files.get(path);
      if (old === undefined) counts.added++;
      else if (old.digest !== digest) counts.changed++;
      files.set(path, { digest, size });
    }
    for (const path of remove) if (files.delete(path)) counts.removed++;
    const created = counts.added + counts.changed + counts.removed > 0;
    const after = created ? { version: before.version + 1, files } : before;
    this.refs.set(name, after);
    const rest = {
      ...{ baseline: null, baselineReason: 'none is needed', problems: [] },
      ...{ warnings: [], defaultBranchChange: null },
    };
    return {
      push: { __typename: 'Push', snapshot: this.#snapshotOf(name, after), created, ...counts, ...rest },
    };
  }

  #knows(id: unknown): boolean {
    const [name = '', version] = String(id).replace(this.seal, '').split('@');
    return String(id).endsWith(this.seal) && Number(version) <= (this.refs.get(name)?.version ?? 0);
  }

  #snapshotOf(name: string, ref: Ref) {
    const snapshot = snapshotOf(name, ref);
    return { ...snapshot, id: `${snapshot.id}${this.seal}` };
  }

  async #receive(body: Buffer): Promise<unknown> {
    async function* source() {
      yield body;
    }
    let stored = 0;
    let present = 0;
    for await (const transferred of readTransfer(source(), { maximumEntries: 10_000, gaps: false })) {
      if (transferred.kind === 'content') {
        if (transferred.entry.name === 'settings') continue;
        throw new Error('the client sends blocks');
      }
      const raw = unpackBlock(transferred.block);
      for (const member of transferred.block.members) {
        const { digest } = member;
        const bytes = contentIn(raw, member);
        if (digestOf(bytes) !== digest) {
          return { stored, present, refused: [{ digest, message: 'other bytes' }] };
        }
        if (this.contents.has(digest)) present++;
        else stored++;
        this.contents.set(digest, pack(bytes));
      }
    }
    return { stored, present, refused: [] };
  }
}

function refName(ref: Record<string, unknown>): string {
  return typeof ref['branch'] === 'string' ? ref['branch'] : `pull/${ref['pullRequest']}`;
}

function snapshotOf(name: string, { version, files }: Ref) {
  const number = /^pull\/(\d+)$/.exec(name)?.[1];
  return {
    id: `${name}@${version}`,
    version,
    branch: number === undefined ? name : null,
    pullRequest: number === undefined ? null : Number(number),
    commit: null,
    createdAt: '2025-01-01T00:00:00.000Z',
    recordingCount: files.size,
  };
}
