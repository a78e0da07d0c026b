import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Server as Listener } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { createGzip } from 'node:zlib';
import { pull, push } from '@fixture-registry/client';
import { describe, expect, it } from 'vitest';
import { checkFiles } from '../../packages/client/src/checkout/plan/check-plan.js';
import { type Fault, StandInRegistry } from '../../packages/client/test/stand-in-registry.js';
import { runFixtures } from '../support/fixtures-command.js';
import { type Folder, makeFolder } from '../support/folder.js';
import { type Finished, run } from '../support/process.js';

/*
 * A malicious registry, and an eavesdropper between the client and a registry. See paths.test.ts for
 * malicious paths and archives.test.ts for malicious archives.
 */

const TOKEN = 'fr_secret-token-of-ours';
const MAIN = { target: { branch: 'main' } };

/** Runs the command against an address as a workflow does; without a token if `token` is null. */
function fixtures(
  url: string,
  folder: Folder,
  words: string[],
  token: string | null = TOKEN,
): Promise<Finished> {
  return runFixtures({ registry: { url, adminToken: '' }, repository: 'acme/tests', token }, folder, words);
}

/** The address of the registry in a form that the client treats as another machine. */
function elsewhere(registry: StandInRegistry): string {
  return registry.connection.registry.replace('127.0.0.1', '0.0.0.0');
}

/** Responds to every request with the same bytes again and again, until the client closes the connection. */
function endless(status: number, bytes: Buffer, headers: Record<string, string> = {}): Fault {
  return (_, response) => {
    response.writeHead(status, headers);
    const more = () => {
      while (!response.destroyed && response.write(bytes));
    };
    response.on('drain', more);
    more();
    return true;
  };
}

describe('the token', () => {
  it.each([301, 302, 303, 307, 308])('is not sent to the target of a %i redirect', async (status) => {
    await using registry = await StandInRegistry.start();
    await using other = await StandInRegistry.start();
    await using folder = await makeFolder();
    registry.fault = (_, response) => {
      response.writeHead(status, { location: `${other.connection.registry}/graphql` }).end();
      return true;
    };
    const ended = await fixtures(registry.connection.registry, folder, ['pull', '--branch', 'main']);
    expect(ended).toMatchObject({ status: 1, stderr: expect.stringMatching(/redirects are not followed/) });
    expect(other.asked).toEqual([]);
  });

  it('is not printed when the registry repeats it in an error, before a retry or in a result', async () => {
    await using registry = await StandInRegistry.start();
    await using folder = await makeFolder();
    registry.hold('main', {});
    const said: string[] = [];
    const answers: Fault[] = [
      ({ headers }, response) => {
        response.writeHead(403).end(JSON.stringify({ error: { message: `No: ${headers.authorization}` } }));
        return true;
      },
      ({ headers }, response) => {
        const first = registry.asked.length === 1;
        if (first) response.writeHead(503, { 'retry-after': '0' });
        response.end(JSON.stringify({ errors: [{ message: `Down: ${headers.authorization}` }] }));
        return true;
      },
      () => {
        registry.editPlan = (plan) => {
          plan['baselineReason'] = TOKEN;
          plan['snapshot'] = { ...(plan['snapshot'] as object), branch: TOKEN };
        };
        return false;
      },
    ];
    for (const fault of answers) {
      registry.fault = fault;
      for (const words of [
        ['pull', '--commit', 'a'.repeat(40)],
        ['pull', '--commit', 'a'.repeat(40), '--json'],
      ]) {
        registry.asked.length = 0;
        const ended = await fixtures(registry.connection.registry, folder, words);
        expect(ended.stdout + ended.stderr).toContain('***');
        said.push(ended.stdout, ended.stderr);
      }
    }
    expect(said.join('')).not.toContain(TOKEN);
  });

  it('and a password in the address are not printed when the client rejects the address', async () => {
    await using folder = await makeFolder();
    for (const address of [
      'https://me:hunter22@127.0.0.1:9',
      'ftp://me:hunter22@example.com',
      'me:hunter22@host',
    ]) {
      const ended = await fixtures(address, folder, ['pull', '--branch', 'main']);
      expect(ended.status).toBeGreaterThan(0);
      expect(ended.stdout + ended.stderr).not.toMatch(/hunter22|fr_secret/);
    }
  });

  it.each([
    ['with a token', TOKEN],
    ['without a token, because the response could be modified in transit', null],
  ])('the client sends no request over http:// to another machine %s', async (_, token) => {
    await using registry = await StandInRegistry.start();
    await using folder = await makeFolder();
    registry.hold('main', { 'recordings/a.json': '{}' });
    const ended = await fixtures(elsewhere(registry), folder, ['pull', '--branch', 'main'], token);
    expect(ended).toMatchObject({ status: 1, stderr: expect.stringMatching(/http:\/\/.*--allow-insecure/s) });
    expect(registry.asked).toEqual([]);
  });

  it('is sent over http:// to another machine only with --allow-insecure or its variable', async () => {
    await using registry = await StandInRegistry.start();
    await using folder = await makeFolder();
    registry.hold('main', { 'recordings/a.json': '{}' });
    const words = ['pull', '--branch', 'main'];
    expect(await fixtures(elsewhere(registry), folder, [...words, '--allow-insecure'])).toMatchObject({
      status: 0,
    });
    const command = new URL('../../packages/cli/bin/fixtures.js', import.meta.url).pathname;
    for (const [value, status] of [
      ['1', 0],
      ['true', 0],
      ['0', 1],
      ['', 1],
    ] as const) {
      const env = {
        FIXTURE_REGISTRY_URL: elsewhere(registry),
        FIXTURE_REGISTRY_REPOSITORY: 'acme/tests',
        FIXTURE_REGISTRY_ALLOW_INSECURE: value,
      };
      const ended = await run(process.execPath, [command, ...words], { cwd: folder.path, env });
      expect(ended.status, value).toBe(status);
    }
  });
});

describe('behind a proxy', () => {
  it('the token is sent through a tunnel, and the proxy sees only the host name', async () => {
    await using registry = await StandInRegistry.start();
    await using folder = await makeFolder();
    registry.hold('main', { 'recordings/a.json': '{}' });
    await using far = await farRegistry(registry, folder);
    const ended = await far.fixtures(['pull', '--branch', 'main']);
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    expect(registry.asked[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`);
    expect(far.passed.join('')).toMatch(/^CONNECT registry\.test:443 Basic /);
    expect(far.passed.join('')).not.toContain(TOKEN);
  });

  it('a registry with an untrusted certificate gets no request', async () => {
    await using registry = await StandInRegistry.start();
    await using folder = await makeFolder();
    await using far = await farRegistry(registry, folder);
    const ended = await far.fixtures(['pull', '--branch', 'main'], { NODE_EXTRA_CA_CERTS: '' });
    expect(ended).toMatchObject({ status: 1, stderr: expect.stringMatching(/self-signed certificate/) });
    expect(ended.stderr).not.toMatch(/hunter22|fr_secret/);
    expect(registry.asked).toEqual([]);
  });

  it('a registry on this machine is contacted directly, not through the proxy', async () => {
    await using registry = await StandInRegistry.start();
    await using folder = await makeFolder();
    registry.hold('main', {});
    await using far = await farRegistry(registry, folder);
    const direct = { FIXTURE_REGISTRY_URL: registry.connection.registry };
    expect(await far.fixtures(['pull', '--branch', 'main'], direct)).toMatchObject({ status: 0 });
    expect(far.passed).toEqual([]);
  });
});

describe('responses of a malicious registry', () => {
  it.each([
    ['a plan', 200],
    ['an error', 500],
  ])('an endless response in place of %s makes the command fail with an error', async (_, status) => {
    await using registry = await StandInRegistry.start();
    await using folder = await makeFolder();
    registry.fault = endless(status, Buffer.alloc(1 << 20, ' '));
    const ended = await fixtures(registry.connection.registry, folder, ['pull', '--branch', 'main']);
    expect(ended).toMatchObject({ status: 1, stderr: expect.stringMatching(/is too long|status 500/) });
  });

  it('a compressed response that the client did not request is not unpacked', async () => {
    await using registry = await StandInRegistry.start();
    await using folder = await makeFolder();
    registry.fault = (_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      const zip = createGzip();
      zip.pipe(response);
      for (let block = 0; block < 64; block++) zip.write(Buffer.alloc(1 << 20, ' '));
      zip.end('{}');
      return true;
    };
    const ended = await fixtures(registry.connection.registry, folder, ['pull', '--branch', 'main']);
    expect(ended).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/compressed response that was not requested/),
    });
    expect(registry.asked).toHaveLength(1);
  });

  it.each([
    ['never arrives', () => true, /sent nothing for 0\.3 s/],
    [
      'arrives byte by byte',
      ((_, response) => {
        const timer = setInterval(() => response.write(' '), 20);
        response.once('close', () => clearInterval(timer));
        return true;
      }) satisfies Fault,
      /sent \d+ bytes in .* s, which is too slow/,
    ],
    [
      'consists only of interim responses',
      ((_, response) => {
        const timer = setInterval(() => response.writeProcessing(), 20);
        response.once('close', () => clearInterval(timer));
        return true;
      }) satisfies Fault,
      /no response within 0\.8 s/,
    ],
  ] as [string, Fault, RegExp][])('a response that %s times out', async (_, fault, said) => {
    await using registry = await StandInRegistry.start();
    await using folder = await makeFolder();
    registry.fault = fault;
    const connection = { ...registry.connection, timeouts: { idle: 300, head: 800, grace: 400 } };
    const pulling = pull(connection, { directory: folder.path, ...MAIN });
    await expect(pulling).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringMatching(said),
    });
    expect(registry.asked).toHaveLength(6);
  });

  it('a response that is slow because of the client does not time out', async () => {
    await using registry = await StandInRegistry.start();
    await using folder = await makeFolder();
    const bytes = Buffer.alloc(300_000, 'x');
    registry.hold('main', { 'recordings/a.json': bytes });
    const connection = { ...registry.connection, timeouts: { grace: 200, idle: 60_000 } };
    await pull(connection, {
      directory: folder.path,
      ...MAIN,
      // Blocks this process for longer than the grace period of a slow response.
      onProgress: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400),
    });
    expect((await folder.files()).get('recordings/a.json')?.equals(bytes)).toBe(true);
  });

  it.each([
    'null',
    '[]',
    '"::error::x"',
    '{"data": {"repository": {"pullPlan": null}}}',
    '{"data": {"repository": {"pullPlan": {"__typename": "PullPlan"}}}}',
    '{"data": {"repository": {"pullPlan": {"__typename": "PullPlan", "files": {}}}}}',
    '{"data": {"repository": {"pullPlan": {"__typename": "Forbidden", "message": {"a": 1}}}}}',
    '{"data": {"repository": {"pullPlan": {"__typename": "constructor"}}}}',
    '{"errors": [{"message": {"toString": 1}, "extensions": {"code": "__proto__"}}]}',
    '{"errors": [null]}',
    '{"errors": "yes"}',
  ])('an unexpected response (%s) causes a one-line error, not a crash', async (answer) => {
    await using registry = await StandInRegistry.start();
    await using folder = await makeFolder();
    registry.fault = (_, response) => {
      response.end(answer);
      return true;
    };
    const ended = await fixtures(registry.connection.registry, folder, ['pull', '--branch', 'main']);
    expect(ended).toMatchObject({ status: 1, stdout: '' });
    expect(ended.stderr).toMatch(/^fixtures: [^\n]+\n$/);
    expect(ended.stderr).not.toMatch(/unexpected failure/);
  });
});

describe('plans of a malicious registry', () => {
  it('a plan with more bytes than the free disk space is refused before the client writes anything', async () => {
    await using registry = await StandInRegistry.start();
    await using folder = await makeFolder();
    registry.hold('main', {});
    registry.editPlan = (plan) => {
      const digest = (n: number) => n.toString(16).padStart(64, '0');
      const size = 200 * 1024 * 1024;
      plan['files'] = Array.from({ length: 100_000 }, (_, n) => ({
        path: `recordings/${n}.json`,
        digest: digest(n),
        size,
      }));
    };
    const ended = await fixtures(registry.connection.registry, folder, ['pull', '--branch', 'main']);
    expect(ended).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/need 20000000 MiB.*Nothing was written/),
    });
    expect(registry.drain('/content')).toEqual([]);
    expect((await folder.files()).size).toBe(0);
  });

  it('a plan with more files than the maximum is refused', () => {
    const file = { path: 'recordings/a.json', digest: 'a'.repeat(64), size: 1 };
    expect(() => checkFiles(new Array(1_000_001).fill(file))).toThrow(/the maximum is 1000000/);
  });

  it.each([
    ['a negative size', { size: -1 }],
    ['a fractional size', { size: 0.5 }],
    ['a size above the maximum of a recording', { size: 200 * 1024 * 1024 + 1 }],
    ['an invalid digest', { digest: '../../x' }],
    ['an uppercase digest', { digest: 'A'.repeat(64) }],
    ['two sizes for the same content', { path: 'recordings/b.json', size: 3 }],
  ])('a plan with %s is refused', async (_, change) => {
    await using registry = await StandInRegistry.start();
    await using folder = await makeFolder();
    registry.hold('main', { 'recordings/a.json': 'ab' });
    registry.editPlan = (plan) => {
      const [file] = plan['files'] as object[];
      plan['files'] = 'path' in change ? [file, { ...file, ...change }] : [{ ...file, ...change }];
    };
    const ended = await fixtures(registry.connection.registry, folder, ['pull', '--branch', 'main']);
    expect(ended).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/wrong digest or size|another size/),
    });
    expect((await folder.files()).size).toBe(0);
  });
});

describe('pushes to a malicious registry', () => {
  it('a push does not upload a content that it did not name, even if the registry requests it', async () => {
    await using registry = await StandInRegistry.start();
    await using folder = await makeFolder({ 'recordings/a.json': '{}', 'secret.txt': 'key' });
    const { digestOf } = await import('@fixture-registry/protocol');
    registry.fault = (_, response) => {
      const digests = [digestOf(Buffer.from('key'))];
      response.end(
        JSON.stringify({ data: { push: { __typename: 'ContentMissing', message: 'm', digests } } }),
      );
      return true;
    };
    const pushing = push(registry.connection, { directory: folder.path, ...MAIN });
    await expect(pushing).rejects.toThrow(/asks for a content that was not pushed/);
    expect(registry.drain('/content', 'PUT')).toEqual([]);
  });

  it('a push fails when the registry requests the same content again and again', async () => {
    await using registry = await StandInRegistry.start();
    await using folder = await makeFolder({ 'recordings/a.json': '{}' });
    const { digestOf } = await import('@fixture-registry/protocol');
    registry.fault = ({ url }, response) => {
      if (url !== '/graphql') return false;
      const digests = [digestOf(Buffer.from('{}'))];
      response.end(
        JSON.stringify({ data: { push: { __typename: 'ContentMissing', message: 'm', digests } } }),
      );
      return true;
    };
    const pushing = push(registry.connection, { directory: folder.path, ...MAIN });
    await expect(pushing).rejects.toThrow(/keeps asking/);
    expect(registry.drain('/content', 'PUT')).toHaveLength(4);
  });
});

it('a server that is not a registry makes the command fail, and its response is not printed', async () => {
  await using folder = await makeFolder();
  const server = createServer((_, response) => response.end('<html>::error::x</html>'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const ended = await fixtures(url, folder, ['pull', '--branch', 'main']);
    expect(ended).toMatchObject({ status: 1, stderr: expect.stringMatching(/is not a fixture registry/) });
    expect(ended.stderr).not.toContain('::error');
  } finally {
    server.close();
  }
});

/** The registry with TLS as https://registry.test, reachable only through a proxy with a password. */
async function farRegistry(registry: StandInRegistry, folder: Folder) {
  const [key, certificate] = [join(folder.path, 'key.pem'), join(folder.path, 'certificate.pem')];
  const words = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '2',
  ];
  const name = ['-subj', '/CN=registry.test', '-addext', 'subjectAltName=DNS:registry.test'];
  execFileSync('openssl', [...words, ...name, '-keyout', key, '-out', certificate], { stdio: 'ignore' });
  const passed: string[] = [];
  const near = Number(new URL(registry.connection.registry).port);
  const tls = createTlsServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (socket) => {
    const through = connect(near, '127.0.0.1');
    socket.pipe(through).pipe(socket);
    socket.on('error', () => through.destroy());
    through.on('error', () => socket.destroy());
  });
  tls.on('tlsClientError', () => undefined);
  const far = await listening(tls);
  const proxy = createServer();
  proxy.on('connect', ({ url, headers }, socket) => {
    passed.push(`CONNECT ${url} ${headers['proxy-authorization']}`);
    const through = connect(far, '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
    socket.on('data', (bytes: Buffer) => {
      passed.push(bytes.toString('latin1'));
      through.write(bytes);
    });
    through.pipe(socket);
    socket.on('close', () => through.destroy());
    socket.on('error', () => through.destroy());
    through.on('error', () => socket.destroy());
  });
  const port = await listening(proxy);
  const command = new URL('../../packages/cli/bin/fixtures.js', import.meta.url).pathname;
  return {
    passed,
    fixtures: (words: string[], changes: Record<string, string> = {}) =>
      run(process.execPath, [command, ...words], {
        cwd: folder.path,
        env: {
          FIXTURE_REGISTRY_URL: 'https://registry.test',
          FIXTURE_REGISTRY_REPOSITORY: 'acme/tests',
          FIXTURE_REGISTRY_TOKEN: TOKEN,
          HTTPS_PROXY: `http://me:hunter22@127.0.0.1:${port}`,
          NODE_EXTRA_CA_CERTS: certificate,
          ...changes,
        },
      }),
    [Symbol.asyncDispose]: async () => {
      tls.close();
      proxy.close();
    },
  };
}

async function listening(server: Listener): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
