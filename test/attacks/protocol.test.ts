import { randomBytes } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { digestOf, LIMITS, pack, writeArchive } from '@fixture-registry/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditOf, unattachedAudit } from '../support/audit-log.js';
import { pushFiles, put } from '../support/push-files.js';
import { openRaw } from '../support/raw-http.js';
import { filesOf, record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { openPage, sendForm } from '../support/web-page.js';

const REPOSITORY = 'acme/guarded';
const JSON_TYPE = { 'content-type': 'application/json' };
const shop = record({ test: 'tests/a.py::test_a', ask: 'How is the weather?', say: 'It is sunny.' });
const makePublic = `mutation { changeRepository(input: { owner: "acme", name: "formed", visibility: PUBLIC }) { __typename } }`;

describe('protocol', () => {
  let registry: TestRegistry;
  let admin: Record<string, string>;
  beforeAll(async () => {
    registry = await startRegistry();
    admin = { authorization: `Bearer ${registry.adminToken}` };
    for (const repository of [REPOSITORY, 'acme/formed']) {
      await pushFiles(registry, { repository, ref: { branch: 'main' }, add: filesOf(shop) });
    }
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  const post = (body: string | Buffer, headers: Record<string, string> = { ...JSON_TYPE, ...admin }) =>
    fetch(`${registry.url}/graphql`, {
      method: 'POST',
      headers,
      body: body as NonNullable<RequestInit['body']>,
    });
  const visibility = async (name: string) =>
    (
      await registry.ask<{ repository: { visibility: string } }>(
        'query ($name: String!) { repository(owner: "acme", name: $name) { visibility } }',
        { name },
      )
    ).repository.visibility;
  const errorsOf = async (response: Response) =>
    ((await response.json()) as { errors?: { message: string }[] }).errors?.map((error) => error.message) ??
    [];

  it.each([
    ['text/plain', JSON.stringify({ query: makePublic })],
    ['application/x-www-form-urlencoded', new URLSearchParams({ query: makePublic }).toString()],
    [
      'multipart/form-data; boundary=x',
      `--x\r\ncontent-disposition: form-data; name="query"\r\n\r\n${makePublic}\r\n--x--\r\n`,
    ],
    ['application/graphql', makePublic],
    ['text/plain; a=application/json', JSON.stringify({ query: makePublic })],
  ])('another site sends a mutation as a form can (%s), and it is refused', async (type, body) => {
    const response = await post(body, { 'content-type': type, ...admin });
    expect(response.status).toBe(415);
    expect(await response.json()).toMatchObject({ error: { code: 'UNSUPPORTED' } });
    expect(await visibility('formed')).toBe('PRIVATE');
  });

  it('a link or an image contains a mutation in its URL, and it does not run', async () => {
    const address = `${registry.url}/graphql?query=${encodeURIComponent(makePublic)}`;
    const response = await fetch(address, { headers: { accept: 'application/json', ...admin } });
    expect(response.status).toBe(405);
    expect(await visibility('formed')).toBe('PRIVATE');
  });

  it('another site sends a cross-origin request, and no response allows it', async () => {
    const response = await fetch(`${registry.url}/graphql`, {
      method: 'OPTIONS',
      headers: { origin: 'https://elsewhere.example', 'access-control-request-method': 'POST' },
    });
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    const asked = await post('{"query":"{__typename}"}', {
      ...JSON_TYPE,
      origin: 'https://elsewhere.example',
    });
    expect(asked.headers.get('access-control-allow-origin')).toBeNull();
    expect(asked.headers.get('cross-origin-resource-policy')).toBe('same-origin');
  });

  it.each(['https://elsewhere.example', 'null', 'http://127.0.0.1.elsewhere.example'])(
    'a form of the origin %s is submitted without Sec-Fetch-Site, and it is refused',
    async (origin) => {
      for (const path of ['/-/sign-in', '/-/sign-out', `/${REPOSITORY}/pull/1/accept`]) {
        const response = await fetch(`${registry.url}${path}`, {
          method: 'POST',
          redirect: 'manual',
          body: new URLSearchParams({ token: registry.adminToken, return: '/' }),
          headers: { origin },
        });
        expect(response.status, path).toBe(403);
        expect(response.headers.get('set-cookie')).toBeNull();
      }
      const own = await fetch(`${registry.url}/-/sign-in`, {
        method: 'POST',
        redirect: 'manual',
        body: new URLSearchParams({ token: registry.adminToken, return: '/' }),
        headers: { origin: new URL(registry.url).origin },
      });
      expect(own.status).toBe(303);
    },
  );

  it('a caller sends many queries in one request to get past the limits, and the request is refused', async () => {
    const response = await post(JSON.stringify(Array(50).fill({ query: '{ __typename }' })));
    expect(response.status).toBe(400);
    expect(await errorsOf(response)).toEqual([expect.stringMatching(/batch/i)]);
  });

  const nest = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
  it.each([9, 100_000, 400_000])(
    'a caller nests variables %i levels deep; the request is refused, and the next one is served',
    async (levels) => {
      const body = `{"query":"{ __typename }","variables":{"x":${nest(levels)}}}`;
      const response = await post(body);
      expect(await errorsOf(response)).toEqual(['the variables are nested deeper than 8 levels']);
      expect(await visibility('guarded')).toBe('PRIVATE');
    },
  );

  const inRepository = (selection: string) =>
    `{ repository(owner: "acme", name: "guarded") { ${selection} } }`;
  const many = (count: number, each: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => each(index)).join(' ');
  it.each([
    ['a thousand aliases', inRepository(many(1_000, (index) => `a${index}: id`))],
    [
      'the same mutation under a hundred aliases',
      `mutation { ${many(100, (index) => `a${index}: revokeToken(id: 1) { __typename }`)} }`,
    ],
    [
      'a selection of 50 levels',
      `{ ${'node(id: "x") { ... on Snapshot { base { '.repeat(12)}id${' } } }'.repeat(12)} }`,
    ],
    [
      'fragments that refer to each other',
      `query { ...a } fragment a on Query { ...b } fragment b on Query { ...a }`,
    ],
    [
      'fragments that double at each level',
      `{ ...f0 } ${many(25, (index) => `fragment f${index} on Query { ...f${index + 1} ...f${index + 1} }`)} fragment f25 on Query { __typename }`,
    ],
    ['a hundred directives', `{ __typename ${'@include(if: true) '.repeat(100)} }`],
    ['ten thousand fields', `{ ${'__typename '.repeat(10_000)} }`],
    [
      'twenty pages of 500 recordings',
      inRepository(
        many(
          20,
          (index) =>
            `p${index}: recordings(first: 500) { nodes { id path content requestText: responseText } }`,
        ),
      ),
    ],
  ])('a caller sends a query with %s, and it is refused within seconds', async (_what, query) => {
    const started = performance.now();
    const response = await post(JSON.stringify({ query }), JSON_TYPE);
    const errors = await errorsOf(response);
    expect(errors.length).toBeGreaterThan(0);
    expect(errors.join()).not.toContain('Unexpected error');
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it('a caller without a token misspells a field, and the error suggests no names of fields', async () => {
    const [error] = await errorsOf(await post('{"query":"{ repositor { id } }"}', JSON_TYPE));
    expect(error).toContain('Cannot query field');
    expect(error).not.toMatch(/did you mean|"repository"/i);
  });

  it('a caller without a token requests the restricted schema and the explorer, and both are refused', async () => {
    await using closed = await startRegistry({
      environment: { FIXTURE_REGISTRY_INTROSPECTION: 'authenticated' },
    });
    const introspect = (headers: Record<string, string>) =>
      fetch(`${closed.url}/graphql`, {
        method: 'POST',
        headers: { ...JSON_TYPE, ...headers },
        body: '{"query":"{ __type(name: \\"Query\\") { name } }"}',
      });
    const withToken = { authorization: `Bearer ${closed.adminToken}` };
    // A cached query of an authenticated caller must not give the schema to the next caller.
    expect(await (await introspect(withToken)).json()).toMatchObject({ data: { __type: {} } });
    expect(await errorsOf(await introspect({}))).toEqual([expect.stringMatching(/introspection/i)]);
    expect(await (await introspect(withToken)).json()).toMatchObject({ data: { __type: {} } });

    const html = { accept: 'text/html' };
    expect((await fetch(`${closed.url}/graphql`, { headers: html })).status).toBe(401);
    const form = await sendForm(closed, '/-/sign-in', { token: closed.adminToken, return: '/' });
    const cookie = form.headers.get('set-cookie')?.split(';')[0] ?? '';
    expect((await fetch(`${closed.url}/graphql`, { headers: { ...html, cookie } })).status).toBe(200);
    // The session cookie opens the page, and authorizes no query.
    expect(await errorsOf(await introspect({ cookie }))).toHaveLength(1);
    const byAddress = `${closed.url}/graphql?query=${encodeURIComponent('{ __schema { types { name } } }')}`;
    const asked = await fetch(byAddress, { headers: { accept: 'application/json', cookie } });
    expect(await asked.text()).not.toContain('"types"');
    // For a browser it is the same page, whatever the query, and without a session no page either.
    const textOf = async (address: string) => (await fetch(address, { headers: { ...html, cookie } })).text();
    expect(await textOf(byAddress)).toBe(await textOf(`${closed.url}/graphql`));
    expect((await fetch(byAddress, { headers: html })).status).toBe(401);
  });

  it('a caller requests IDs of another repository, and gets null, as for unknown IDs', async () => {
    const { repository } = await registry.ask<{
      repository: { id: string; snapshot: { id: string }; recordings: { nodes: { id: string }[] } };
    }>(inRepository('id snapshot(at: { branch: "main" }) { id } recordings { nodes { id } }'));
    const { createToken } = await registry.ask<{ createToken: { token: string } }>(
      'mutation { createToken(input: { owner: "acme", name: "other", scope: ADMIN }) { ... on NewToken { token } } }',
    );
    const ids = [repository.id, repository.snapshot.id, repository.recordings.nodes[0]?.id ?? ''];
    for (const id of [...ids, Buffer.from('Repository:999').toString('base64url')]) {
      const query = 'query ($id: ID!) { node(id: $id) { id } }';
      expect(await registry.ask(query, { id }, createToken.token), id).toEqual({ node: null });
    }
    expect(await registry.ask('query ($id: ID!) { node(id: $id) { id } }', { id: ids[0] })).toMatchObject({
      node: { id: ids[0] },
    });
  });

  it.concurrent('a client sends one header line per second without end, and is disconnected', async () => {
    using raw = await openRaw(registry.url);
    raw.send('GET / HTTP/1.1\r\nhost: x\r\n');
    let lines = 0;
    const drip = setInterval(() => raw.send(`x-${++lines}: y\r\n`), 1_000);
    const closed = await raw.closed;
    clearInterval(drip);
    expect(closed).toBeGreaterThan(8_000);
    expect(closed).toBeLessThan(20_000);
    expect(raw.received()).toMatch(/^HTTP\/1.1 408/);
  });

  it.concurrent('a client starts an upload and then sends nothing, and is disconnected', async () => {
    using raw = await openRaw(registry.url);
    const head = `PUT /-/${REPOSITORY}/content HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${registry.adminToken}\r\n`;
    raw.send(`${head}content-type: application/zip\r\ncontent-length: 100000\r\n\r\nPK\x03\x04`);
    const closed = await raw.closed;
    expect(closed).toBeGreaterThan(15_000);
    expect(closed).toBeLessThan(40_000);
    expect(raw.received()).not.toContain('HTTP/1.1 200');
  });

  it.concurrent('a client requests a large archive and does not read it, and is disconnected', async () => {
    const noise = randomBytes(24 << 20);
    const repository = 'acme/large';
    await pushFiles(registry, {
      repository,
      ref: { branch: 'main' },
      add: { 'recordings/noise.json': noise },
    });
    using raw = await openRaw(registry.url);
    raw.socket.pause();
    raw.send(
      `GET /-/${repository}/archive.zip HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${registry.adminToken}\r\n\r\n`,
    );
    // A write in progress counts as activity once, so the second check of the server closes the connection.
    await new Promise((resolve) => setTimeout(resolve, 48_000));
    raw.socket.resume();
    await raw.closed;
    expect(raw.received()).toMatch(/^HTTP\/1.1 200/);
    expect(raw.received().length).toBeLessThan(noise.length);
  });

  it('a client sends 100 kB of headers, and the request is refused', async () => {
    using raw = await openRaw(registry.url);
    raw.send(`GET / HTTP/1.1\r\nhost: x\r\nx-filling: ${'y'.repeat(100_000)}\r\n\r\n`);
    await raw.closed;
    expect(raw.received()).toMatch(/^HTTP\/1.1 431/);
  });

  it('a client sends two lengths to smuggle a request past a proxy, and gets status 400', async () => {
    for (const lengths of [
      'content-length: 4\r\ntransfer-encoding: chunked',
      'content-length: 4\r\ncontent-length: 5',
    ]) {
      using raw = await openRaw(registry.url);
      raw.send(
        `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${lengths}\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nhost: x\r\n\r\n`,
      );
      await raw.closed;
      expect(raw.received()).toMatch(/^HTTP\/1.1 400/);
      expect(raw.received()).not.toContain('200 OK');
    }
  });

  it('a caller without a token sends 2 MiB to GraphQL, with or without a length, and is refused', async () => {
    const body = JSON.stringify({ query: '{ __typename }', variables: { x: 'y'.repeat(2 << 20) } });
    expect((await post(body, JSON_TYPE)).status).toBe(413);
    const chunked = await fetch(`${registry.url}/graphql`, {
      method: 'POST',
      headers: JSON_TYPE,
      body: (async function* () {
        yield Buffer.from(body);
      })() as unknown as NonNullable<RequestInit['body']>,
      duplex: 'half',
    } as RequestInit);
    expect(chunked.status).toBe(413);
    expect((await post(body)).status).toBe(200);
  });

  it('a client sends an endless upload, and the registry closes the connection at the size limit', async () => {
    using raw = await openRaw(registry.url);
    const head = `PUT /-/${REPOSITORY}/content HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${registry.adminToken}\r\n`;
    raw.send(`${head}content-type: application/zip\r\ntransfer-encoding: chunked\r\n\r\n`);
    const chunk = Buffer.concat([
      Buffer.from('100000\r\n'),
      Buffer.alloc(1 << 20, 0x20),
      Buffer.from('\r\n'),
    ]);
    let sent = 0;
    while (!raw.socket.destroyed && sent < 2 * LIMITS.uploadBytes) {
      sent += 1 << 20;
      if (!raw.socket.write(chunk)) {
        await Promise.race([new Promise((resolve) => raw.socket.once('drain', resolve)), raw.closed]);
      }
    }
    await raw.closed;
    expect(sent).toBeLessThan(1.5 * LIMITS.uploadBytes);
    expect(await visibility('guarded')).toBe('PRIVATE');
  });

  it('a client declares an upload above the size limit, and it is refused before the client sends it', async () => {
    using raw = await openRaw(registry.url);
    const head = `PUT /-/${REPOSITORY}/content HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${registry.adminToken}\r\n`;
    raw.send(`${head}content-length: ${LIMITS.uploadBytes + 1}\r\n\r\n`);
    await raw.closed;
    expect(raw.received()).toMatch(/^HTTP\/1.1 413/);
  });

  it('a client uploads a zip bomb that declares a small size, and it is refused before it fills the memory', async () => {
    const bytes = Buffer.alloc(400 << 20);
    const digest = digestOf(bytes);
    const bomb = {
      name: digest,
      size: 1_000,
      crc32: 0,
      method: 'deflate' as const,
      bytes: [deflateRawSync(bytes.subarray(0, 400 << 20))],
    };
    const before = await memory();
    const response = await put(
      registry,
      REPOSITORY,
      await packed([{ ...bomb, bytes: [Buffer.concat(bomb.bytes).subarray(0, 1_060)] }]),
    );
    expect(await response.json()).toMatchObject({ refused: [{ digest }] });
    const honest = { ...bomb, size: bytes.length };
    const large = await put(registry, REPOSITORY, await packed([honest]));
    expect(large.status).toBe(400);
    expect(await large.json()).toMatchObject({ error: { message: expect.stringContaining('at most') } });
    const liar = await put(registry, REPOSITORY, await packed([{ ...bomb, size: 190 << 20 }]));
    expect(await liar.json()).toMatchObject({ refused: [{ digest }] });
    expect((await memory()) - before).toBeLessThan(600 << 20);
    expect(
      (await auditOf(registry, REPOSITORY, { action: 'UPLOAD', outcome: 'REFUSED' })).length,
    ).toBeGreaterThanOrEqual(3);
  });

  it('a client uploads one entry too many, and the upload is refused', async () => {
    const entries = Array.from({ length: LIMITS.uploadEntries + 1 }, (_, index) => {
      const bytes = Buffer.from(`{"n": ${index}}`);
      return { name: digestOf(bytes), ...pack(bytes) };
    });
    const response = await put(registry, REPOSITORY, await packed(entries));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { message: expect.stringContaining('more than 10000 entries') },
    });
  });

  it('a caller forges X-Forwarded-For, and the limits and the audit log still use its real address', async () => {
    await using alone = await startRegistry();
    const statuses: number[] = [];
    for (let index = 0; index < 62; index++) {
      const response = await fetch(`${alone.url}/graphql`, {
        method: 'POST',
        headers: {
          ...JSON_TYPE,
          authorization: `Bearer guess-${index}`,
          'x-forwarded-for': `198.51.100.${index}`,
        },
        body: '{"query":"{ __typename }"}',
      });
      await response.arrayBuffer();
      statuses.push(response.status);
    }
    // An address can guess at most 60 tokens per minute.
    expect(statuses.slice(0, 60)).toEqual(Array(60).fill(401));
    expect(statuses.slice(60)).toEqual([429, 429]);
    expect(alone.output.stderr).not.toContain('198.51.100');
    // The restart resets the limit, which would also refuse the query for the audit log.
    await alone.stop();
    await alone.restart();
    const events = await unattachedAudit(alone, { action: 'AUTHENTICATE' });
    expect(events).toHaveLength(60);
    expect(new Set(events.map(({ address }) => address))).toEqual(new Set(['127.0.0.1']));
  });

  it('a caller without a token sends many refused writes; each request adds one audit event, up to 60 writes', async () => {
    await using alone = await startRegistry();
    const push = `p: promote(input: { owner: "acme", name: "nosuch", pullRequest: 1 }) { __typename }`;
    const query = `mutation { ${Array.from({ length: 20 }, (_, index) => push.replace('p:', `p${index}:`)).join(' ')} }`;
    const statuses: number[] = [];
    for (let index = 0; index < 5; index++) {
      const response = await fetch(`${alone.url}/graphql`, {
        method: 'POST',
        headers: JSON_TYPE,
        body: JSON.stringify({ query }),
      });
      statuses.push(response.status);
      await response.arrayBuffer();
    }
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    await alone.stop();
    await alone.restart();
    const events = await unattachedAudit(alone, { action: 'PROMOTE' });
    expect(events).toHaveLength(3);
    expect(events[0]?.detail).toMatch(
      /the repository acme\/nosuch does not exist.*; 19 more writes of this request were refused: promote acme\/nosuch refs\/pull\/1$/,
    );
  });

  it('a caller sends malformed variables and a malformed URL, and no response contains a stack trace', async () => {
    const response = await post(
      '{"query":"query ($x: Int!) { node(id: $x) { id } }","variables":{"x":{"__proto__":1}}}',
    );
    expect(JSON.stringify(await response.json())).not.toMatch(/node_modules|\.js:|at Object/);
    const broken = await fetch(`${registry.url}/%E0%A4%A`, { headers: admin });
    expect(broken.status).toBeLessThan(500);
    expect(await broken.text()).not.toMatch(/node_modules|\.js:/);
  });

  it('another site frames a response or treats it as another type, and the headers of every response forbid it', async () => {
    await using secure = await startRegistry({
      environment: { FIXTURE_REGISTRY_PUBLIC_URL: 'https://fixtures.example' },
    });
    const paths = [
      '/',
      '/healthz',
      '/readyz',
      '/metrics',
      '/-/style.css',
      '/-/sign-in',
      '/nosuch',
      '/acme/nosuch',
      '/graphql?query={__typename}',
      '/-/acme/nosuch/archive.zip',
    ];
    for (const path of paths) {
      const { headers } = await openPage(secure, path, { token: null });
      expect(headers.get('content-security-policy'), path).toContain("frame-ancestors 'none'");
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(headers.get('strict-transport-security')).toMatch(/max-age=31536000/);
    }
    const plain = await openPage(registry, '/', { token: null });
    expect(plain.headers.get('strict-transport-security')).toBeNull();
  });

  /** The resident memory of the registry, in bytes. */
  async function memory(): Promise<number> {
    const text = await (await fetch(`${registry.url}/metrics`)).text();
    return Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1]);
  }
});

async function packed(
  entries: Parameters<typeof writeArchive>[0] extends AsyncIterable<infer Entry> | Iterable<infer Entry>
    ? Entry[]
    : never,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of writeArchive(entries)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
